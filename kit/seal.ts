import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Encrypts secrets that have to be read again, so that a copy of the database is worth nothing. */
export interface Seal {
  /** Whether there is another secret of the shop, as it is being changed. */
  readonly isChanging: boolean
  /** `owner` is the thing it belongs to: sealed for one, it opens for no other. */
  close(text: string, owner: string): string
  /** Throws when it was closed under a secret that is not known, or for another owner. */
  open(sealed: string, owner: string): string
  /** The same, closed under the present secret; undefined where it is so already. */
  anew(sealed: string, owner: string): string | undefined
}

export interface SealOptions {
  /** What is sealed for one purpose opens for no other. */
  readonly purpose: string
  readonly secret: string
  /** While the secret is changed: the one before or the one to come. What it has closed is opened, too. */
  readonly otherSecret?: string
}

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM under keys made from the shop's secrets. */
export function openSeal({ purpose, secret, otherSecret }: SealOptions): Seal {
  const keyOf = (from: string) => Buffer.from(hkdfSync('sha256', from, '', `rialto ${purpose}`, 32))
  const key = keyOf(secret)
  const other = otherSecret === undefined ? undefined : keyOf(otherSecret)
  const open = (sealed: string, owner: string) => {
    const text = read(key, sealed, owner) ?? (other && read(other, sealed, owner))
    if (text === undefined)
      throw new Error(`What is sealed for ${owner} cannot be opened: was the secret changed?`)
    return text
  }
  return {
    isChanging: other !== undefined,
    close: (text, owner) => write(key, text, owner),
    open,
    anew: (sealed, owner) =>
      read(key, sealed, owner) === undefined ? write(key, open(sealed, owner), owner) : undefined,
  }
}

function write(key: Buffer, text: string, owner: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(owner))
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Undefined when it was closed under another key, for another owner, or changed since. */
function read(key: Buffer, sealed: string, owner: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url')
  const textAt = nonceBytes + tagBytes
  if (bytes.length < textAt) return undefined
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
    .setAAD(Buffer.from(owner))
    .setAuthTag(bytes.subarray(nonceBytes, textAt))
  const text = decipher.update(bytes.subarray(textAt))
  try {
    return Buffer.concat([text, decipher.final()]).toString()
  } catch {
    return undefined
  }
}
