import { type Static, Type } from '@rialto/kit/schema'
import { secretsOf, shopSecrets } from '@rialto/kit/shop-secret'
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

export const config = Type.Object({
  ...shopSecrets,
  SHOP_NAME: Type.String({ default: 'Rialto', minLength: 1, description: 'Give the name of the shop.' }),
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
  const { RIALTO_ADMIN_EMAIL: email, RIALTO_ADMIN_PASSWORD: password } = settings
  const { secret, otherSecret } = secretsOf(settings)
  return {
    auth: openAuth(secret, otherSecret),
    links: openLinkTokens(secret, otherSecret),
    codes: openCodes(secret, settings.SHOP_NAME, otherSecret),
    admin: email && password ? { email, password } : undefined,
  }
}
