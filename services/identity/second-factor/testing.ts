import { createOTP } from '@better-auth/utils/otp'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** A secret as it is shown, read as an app reads it. */
export function decoded(secret: string): string {
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return (bits.match(/.{8}/g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join('')
}

/** The code that an app with this secret shows at that time. */
export function codeAt(secret: string, at: Date): Promise<string> {
  return createOTP(decoded(secret)).hotp(Math.floor(at.getTime() / 30_000))
}
