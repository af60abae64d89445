import { isDeepStrictEqual } from 'node:util'

export type Json = Record<string, unknown>

/** Replaces each schema with a title by a reference to its component. Throws when two share a title. */
export function reference(schema: unknown, schemas: Map<string, Json>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => reference(part, schemas))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, part]) => [key, reference(part, schemas)])
  const copy = Object.fromEntries(entries) as Json
  if (typeof copy.title !== 'string' || copy.type !== 'object') return copy
  const known = schemas.get(copy.title)
  if (known && !isDeepStrictEqual(known, copy)) throw new Error(`Two schemas are named ${copy.title}.`)
  schemas.set(copy.title, copy)
  return { $ref: `#/components/schemas/${copy.title}` }
}
