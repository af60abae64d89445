import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { createOTP } from '@better-auth/utils/otp'
import { openSeal } from '@rialto/kit/seal'
import type { Proof } from '../ways-in-store.ts'

/** Secrets and codes of second factors. What of them is stored is worth nothing without the secret of the shop. */
export interface Codes {
  /** Whether there is another secret of the shop, as it is being changed. */
  readonly isChanging: boolean
  /** A fresh secret, as it is stored. */
  newSecret(accountId: string): string
  /** What an app needs to make the codes. */
  forApp(of: SealedSecret, account: string): { readonly secret: string; readonly uri: string }
  /** The step of time, near the present, whose code it is. */
  stepOf(of: SealedSecret, code: string, now: Date): Promise<number | undefined>
  /** The secret sealed with the present secret of the shop, where it is sealed with the other one. */
  sealedAnew(of: SealedSecret): string | undefined
  newRecoveryCodes(): string[]
  recoveryHash(accountId: string, code: string): string
  /** Vouches for some minutes that this was shown: the password, or who one is elsewhere. */
  challenge(of: Proof, now: Date): string
  /** The account that a challenge is for, without yet looking whether it is a good one. */
  accountOf(challenge: string): string | undefined
  isGood(challenge: string, of: Proof, now: Date): boolean
}

export interface SealedSecret {
  readonly accountId: string
  readonly secret: string
}

const periodMs = 30_000
const challengeMs = 10 * 60_000
const recoveryCount = 10
const digits = 6

export function openCodes(shopSecret: string, issuer: string, otherSecret?: string): Codes {
  const seal = openSeal({ purpose: 'second factors', secret: shopSecret, otherSecret })
  const challengeKey = keyFor(shopSecret, 'sign-in challenge')
  const otpOf = ({ accountId, secret }: SealedSecret) =>
    createOTP(seal.open(secret, accountId), { digits, period: periodMs / 1000 })
  const challengeOf = ({ accountId, of }: Proof, until: number) =>
    `${accountId}.${until}.${createHmac('sha256', challengeKey).update(`${accountId} ${until} ${of}`).digest('base64url')}`
  return {
    isChanging: seal.isChanging,
    newSecret: (accountId) => seal.close(randomBytes(18).toString('base64url'), accountId),
    forApp: (of, account) => {
      const uri = otpOf(of).url(issuer, account)
      return { secret: new URL(uri).searchParams.get('secret') ?? '', uri }
    },
    stepOf: async (of, code, now) => {
      const present = Math.floor(now.getTime() / periodMs)
      let found: number | undefined
      // Clocks differ: the codes before and after the present one are good, too.
      for (const step of [present - 1, present, present + 1])
        if (isSame(await otpOf(of).hotp(step), code)) found = step
      return found
    },
    newRecoveryCodes: () => Array.from({ length: recoveryCount }, newRecoveryCode),
    // Long and random, so a fast hash without a key does.
    recoveryHash: (accountId, code) =>
      createHash('sha256').update(`${accountId} ${code}`).digest('base64url'),
    sealedAnew: ({ accountId, secret }) => seal.anew(secret, accountId),
    challenge: (of, now) => challengeOf(of, now.getTime() + challengeMs),
    accountOf: (challenge) => challengeFormat.exec(challenge)?.[1],
    isGood: (challenge, of, now) => {
      const until = Number(challengeFormat.exec(challenge)?.[2])
      return until > now.getTime() && isSame(challengeOf(of, until), challenge)
    },
  }
}

function keyFor(secret: string, purpose: string): Buffer {
  return createHmac('sha256', secret).update(`rialto ${purpose}`).digest()
}

const challengeFormat = /^((?:cust|staff)_[0-9a-z]{26})\.(\d{13})\.[\w-]{43}$/

/** As it is typed: blanks and dashes are there for the eye. */
export function plainCode(typed: string): string {
  return typed.replace(/[\s-]/g, '').toLowerCase()
}

export function isAppCode(code: string): boolean {
  return /^\d{6}$/.test(code)
}

/** 80 random bits, in groups that can be read out. */
function newRecoveryCode(): string {
  const letters = Array.from(randomBytes(16), (byte) => alphabet[byte % alphabet.length])
  return letters.join('').replace(/(.{4})(?=.)/g, '$1-')
}

// 32 of them, none of which is taken for another.
const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
