import { typeidUnboxed } from 'typeid-js'

/** A fresh identifier: a prefix that names the kind, and a UUIDv7, so that later ones sort behind earlier ones. */
export function newId(prefix: string): string {
  return typeidUnboxed(prefix)
}
