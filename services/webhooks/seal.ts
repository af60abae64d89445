import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts secrets, so that a copy of the database signs nothing. */
export interface Seal {
  /** `owner` is the thing it belongs to: sealed for one, it opens for no other. */
  close(secret: string, owner: string): string
  /** Throws when it was closed under another key, or for another owner. */
  open(sealed: string, owner: string): string
}

const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM under a key made from the shop's secret. */
export function openSeal(shopSecret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', shopSecret, '', 'rialto webhooks', 32))
  return {
    close: (secret, owner) => {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner))
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
    },
    open: (sealed, owner) => {
      const bytes = Buffer.from(sealed, 'base64url')
      const [iv, tag] = [bytes.subarray(0, ivBytes), bytes.subarray(ivBytes, ivBytes + tagBytes)]
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(owner)).setAuthTag(tag)
      const text = bytes.subarray(ivBytes + tagBytes)
      return Buffer.concat([decipher.update(text), decipher.final()]).toString()
    },
  }
}
