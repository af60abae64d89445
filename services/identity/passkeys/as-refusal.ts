import { passkeyRefused } from '../contract.ts'

/** Whatever is wrong with what a device or somebody in its place has sent, the library throws; that is an answer. */
export async function asRefusal<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify()
  } catch (cause) {
    const refusal = passkeyRefused('This passkey does not fit. Begin anew.')
    refusal.cause = cause
    throw refusal
  }
}
