import { Type } from './schema.ts'

// What signs and seals for the whole shop. Processes of one shop have the same.

const secretHint = 'Give at least 32 random characters, such as `openssl rand -hex 32` prints.'

/** The secret as a setting that has to be there. */
export const ShopSecret = Type.String({ minLength: 32, secret: true, description: secretHint })

/** The secret, and while it is changed the one before or the one to come, as settings. */
export const shopSecrets = {
  RIALTO_SECRET: Type.Optional(ShopSecret),
  RIALTO_OTHER_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      secret: true,
      description:
        'While RIALTO_SECRET is changed, give the next or the former one here: it is accepted too.',
    }),
  ),
}

export interface Secrets {
  readonly secret: string
  readonly otherSecret?: string
}

/** Throws where there is no secret: a process that runs without the platform has to be given one. */
export function secretsOf(settings: {
  readonly RIALTO_SECRET?: string
  readonly RIALTO_OTHER_SECRET?: string
}): Secrets {
  const { RIALTO_SECRET: secret, RIALTO_OTHER_SECRET: otherSecret } = settings
  if (!secret) throw new Error(`RIALTO_SECRET is required. ${secretHint}`)
  return { secret, otherSecret }
}
