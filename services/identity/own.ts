import { type Static, Type } from '@rialto/kit/schema'
import type { Opened } from '@rialto/kit/service'
import { secretsOf, shopSecrets } from '@rialto/kit/shop-secret'
import { PublicUrl, ShopName } from '@rialto/kit/shop-settings'
import type { Logger } from '@rialto/kit/telemetry'
import { type Auth, openAuth } from './auth.ts'
import { type LinkTokens, openLinkTokens } from './links/link-token.ts'
import { openProvider, type Provider } from './providers/provider.ts'
import { readProviders, SignInProviders } from './providers/settings.ts'
import { type Codes, openCodes } from './second-factor/codes.ts'
import { openTickets, type Tickets } from './tickets/ticket.ts'

/** What the handlers of identity share. */
export interface Own {
  readonly auth: Auth
  readonly links: LinkTokens
  readonly codes: Codes
  readonly tickets: Tickets
  /** For which passkeys are made. */
  readonly site: { readonly name: string; readonly origin: string; readonly host: string }
  /** Where customers may sign in besides, by id. */
  readonly providers: ReadonlyMap<string, Provider>
  /** The first staff member, made when there is none. */
  readonly admin?: { email: string; password: string }
}

export const config = Type.Object({
  ...shopSecrets,
  SHOP_NAME: ShopName,
  NODE_ENV: Type.Optional(Type.String()),
  PUBLIC_URL: PublicUrl,
  SIGN_IN_PROVIDERS: SignInProviders,
  PROVIDER_TIMEOUT_MS: Type.Integer({
    default: 5_000,
    minimum: 100,
    maximum: 10_000,
    description: 'Give the milliseconds within which a provider to sign in with has to answer.',
  }),
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

export function openOwn({ config: settings, log }: Opened<Static<typeof config>>): Own {
  const { RIALTO_ADMIN_EMAIL: email, RIALTO_ADMIN_PASSWORD: password } = settings
  const { secret, otherSecret } = secretsOf(settings)
  const publicUrl = settings.PUBLIC_URL.replace(/\/$/, '')
  return {
    auth: openAuth(secret, otherSecret),
    links: openLinkTokens(secret, otherSecret),
    codes: openCodes(secret, settings.SHOP_NAME, otherSecret),
    tickets: openTickets({ secret, otherSecret }),
    providers: openProviders(settings, publicUrl, log),
    site: { name: settings.SHOP_NAME, origin: new URL(publicUrl).origin, host: new URL(publicUrl).hostname },
    admin: email && password ? { email, password } : undefined,
  }
}

function openProviders(
  { SIGN_IN_PROVIDERS: given, PROVIDER_TIMEOUT_MS: timeoutMs, NODE_ENV: mode }: Static<typeof config>,
  publicUrl: string,
  log: Logger,
): ReadonlyMap<string, Provider> {
  const all = readProviders(given, mode === 'production')
  return new Map(all.map((one) => [one.id, openProvider(one, { publicUrl, log, timeoutMs })]))
}
