import type { ContractInfo } from './contract.ts'
import { isSchema } from './schema-changes.ts'

// What a contract promises, as text for a file: without words for people, and each named schema once.

const words = new Set(['summary', 'title', 'description', 'examples', 'default'])

export function lockOf(contract: ContractInfo): string {
  const named = new Map<string, string>()
  // How the gateway treats an operation is nothing that callers rely on.
  const operations = contract.operations.map(
    ({ limit: _limit, urgent: _urgent, cache: _cache, ...operation }) => operation,
  )
  const promise = condensed(JSON.parse(JSON.stringify({ ...contract, operations })), named)
  const schemas = Object.fromEntries([...named].map(([title, text]) => [title, JSON.parse(text)]))
  return `${JSON.stringify({ ...(promise as object), schemas }, null, 1)}\n`
}

export function readLock(text: string): ContractInfo {
  const { schemas, ...promise } = JSON.parse(text) as { schemas: Record<string, unknown> }
  return expanded(promise, schemas) as ContractInfo
}

function condensed(value: unknown, named: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => condensed(item, named))
  if (!isSchema(value)) return value
  const kept = Object.entries(value).filter(([key, part]) => isSchema(part) || !words.has(key))
  const bare = Object.fromEntries(kept.map(([key, part]) => [key, condensed(part, named)]))
  const { title, type } = value
  if (typeof title !== 'string' || type !== 'object') return bare
  const text = JSON.stringify(bare)
  // Two of one name: the second one stands where it is used.
  if ((named.get(title) ?? text) !== text) return bare
  named.set(title, text)
  return { $ref: title }
}

function expanded(value: unknown, schemas: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => expanded(item, schemas))
  if (!isSchema(value)) return value
  if (typeof value.$ref === 'string') return expanded(schemas[value.$ref], schemas)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expanded(part, schemas)]))
}
