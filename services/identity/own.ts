import { type Static, Type } from '@rialto/kit/schema'
import { type Auth, openAuth } from './auth.ts'
import { type LinkTokens, openLinkTokens } from './links/link-token.ts'
import { type Codes, openCodes } from './second-factor/codes.ts'

/** What the handlers of identity share. */
export interface Own {
  readonly auth: Auth
  readonly links: LinkTokens
  readonly codes: Codes
  /** The first staff member, made when there is none. */
  readonly admin?: { email: string; password: string }
}

const secretHint = 'Give at least 32 random characters, such as `openssl rand -hex 32` prints.'

export const config = Type.Object({
  RIALTO_SECRET: Type.Optional(Type.String({ minLength: 32, secret: true, description: secretHint })),
  SHOP_NAME: Type.String({ default: 'Rialto', minLength: 1, description: 'Give the name of the shop.' }),
  RIALTO_OTHER_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      secret: true,
      description:
        'While RIALTO_SECRET is changed, give the next or the former one here: it is accepted too.',
    }),
  ),
  RIALTO_ADMIN_EMAIL: Type.Optional(
    Type.String({
      format: 'email',
      description: 'Give the e-mail of the first staff member, together with RIALTO_ADMIN_PASSWORD.',
    }),
  ),
  RIALTO_ADMIN_PASSWORD: Type.Optional(
    Type.String({
      minLength: 10,
      maxLength: 128,
      secret: true,
      description: 'Give the first staff member’s password, of at least 10 characters.',
    }),
  ),
})

export function openOwn(settings: Static<typeof config>): Own {
  const {
    RIALTO_SECRET,
    RIALTO_OTHER_SECRET,
    RIALTO_ADMIN_EMAIL: email,
    RIALTO_ADMIN_PASSWORD: password,
  } = settings
  if (!RIALTO_SECRET) throw new Error(`RIALTO_SECRET is required. ${secretHint}`)
  return {
    auth: openAuth(RIALTO_SECRET, RIALTO_OTHER_SECRET),
    links: openLinkTokens(RIALTO_SECRET, RIALTO_OTHER_SECRET),
    codes: openCodes(RIALTO_SECRET, settings.SHOP_NAME, RIALTO_OTHER_SECRET),
    admin: email && password ? { email, password } : undefined,
  }
}
