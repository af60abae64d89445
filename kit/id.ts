import { randomUUID } from 'node:crypto'
import { typeidUnboxed } from 'typeid-js'

/** A fresh identifier: a prefix that names the kind, and a UUIDv7, so that later ones sort behind earlier ones. */
export function newId(prefix: string): string {
  return typeidUnboxed(prefix)
}

/** A fresh identifier of a request. There is one for each, so it costs little: it is unique, and nothing else. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`
}
