import { createHmac, timingSafeEqual } from 'node:crypto'

/** Makes and reads the tokens that stand in links of mails. */
export interface LinkTokens {
  make(linkId: string): string
  /** The link that the token is of; undefined when it was made up. */
  read(token: string): string | undefined
}

/**
 * A token is the link's id with a signature by a key of this purpose alone. So it need not be stored anywhere, not even
 * its hash, is the same each time a mail is tried again, and no copy of a database makes one. Whether the link still
 * stands, its row tells.
 */
export function openLinkTokens(secret: string): LinkTokens {
  const key = createHmac('sha256', secret).update('rialto link of a mail').digest()
  const signatureOf = (linkId: string) => createHmac('sha256', key).update(linkId).digest('base64url')
  return {
    make: (linkId) => `${linkId}.${signatureOf(linkId)}`,
    read: (token) => {
      const [, linkId = '', signature = ''] = format.exec(token) ?? []
      // As text: several texts decode to the same bytes.
      const [given, expected] = [Buffer.from(signature), Buffer.from(signatureOf(linkId))]
      return given.length === expected.length && timingSafeEqual(given, expected) ? linkId : undefined
    },
  }
}

const format = /^(link_[0-9a-z]{26})\.([\w-]{43})$/
