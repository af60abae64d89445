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
 * stands, its row tells. What another secret has signed is known, too, while the secret is changed.
 */
export function openLinkTokens(secret: string, otherSecret?: string): LinkTokens {
  const sign = signer(secret)
  const all = otherSecret === undefined ? [sign] : [sign, signer(otherSecret)]
  return {
    make: (linkId) => `${linkId}.${sign(linkId)}`,
    read: (token) => {
      const [, linkId = '', signature = ''] = format.exec(token) ?? []
      return all.some((known) => isSame(known(linkId), signature)) ? linkId : undefined
    },
  }
}

function signer(secret: string): (linkId: string) => string {
  const key = createHmac('sha256', secret).update('rialto link of a mail').digest()
  return (linkId) => createHmac('sha256', key).update(linkId).digest('base64url')
}

/** As text: several texts decode to the same bytes. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const format = /^(link_[0-9a-z]{26})\.([\w-]{43})$/
