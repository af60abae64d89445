import type { Queries, Tx } from '@rialto/kit/database'
import { linkExpired } from '../contract.ts'
import type { Own } from '../own.ts'
import { findLink, type Link, type Purpose, takeLink } from './link-store.ts'

interface Use {
  readonly own: Pick<Own, 'links'>
  readonly token: string
  readonly purpose: Purpose
  readonly now: Date
}

/** Looks whether the link still stands, before work is done for it. */
export async function demandLink(queries: Queries, { own, token, purpose, now }: Use): Promise<Link> {
  const id = own.links.read(token)
  const link = id === undefined ? undefined : await findLink(queries, { id, purpose, now })
  if (!link) throw expired()
  return link
}

/** Uses the link up. */
export async function useLink(tx: Tx, { own, token, purpose, now }: Use): Promise<Link> {
  const id = own.links.read(token)
  const link = id === undefined ? undefined : await takeLink(tx, { id, purpose, now })
  if (!link) throw expired()
  return link
}

function expired() {
  return linkExpired('This link was used already or is too old. Ask for a new one.')
}
