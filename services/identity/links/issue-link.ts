import type { Handler } from '@rialto/kit/service'
import { type identity, linkExpired } from '../contract.ts'
import type { Own } from '../own.ts'
import { findLink } from './link-store.ts'

/**
 * Events are stored by whoever says and hears them, and mails are shown to staff; a token that stood in them would open
 * the account to all who may look. So it is made at the last moment, for who hands the mail to the mail server.
 */
export const issueLink: Handler<typeof identity.issueLink, Own> = async ({ id }, { own, database, now }) => {
  const link = await findLink(database, { id, now: now() })
  if (!link) throw linkExpired('The link was used already, or is too old to be sent.')
  return { token: own.links.make(link.id) }
}
