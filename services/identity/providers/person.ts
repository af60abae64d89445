import * as oidc from 'openid-client'
import { providerRefused } from '../contract.ts'

/** Whom a provider vouches for. */
export interface Person {
  /** The provider's own name for them, which never changes. */
  readonly subject: string
  readonly email?: string
  /** Whether the provider has made sure that the e-mail is theirs. */
  readonly emailVerified: boolean
  readonly name?: string
}

type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>

/** From the ID token, and from the provider's list of what it knows where the token does not tell the e-mail. */
export async function personOf(known: oidc.Configuration, tokens: Tokens): Promise<Person> {
  const claims = tokens.claims()
  if (!claims) throw providerRefused('The provider told nobody’s name.')
  const more =
    claims.email === undefined && known.serverMetadata().userinfo_endpoint !== undefined
      ? await oidc.fetchUserInfo(known, tokens.access_token, claims.sub)
      : {}
  return told({ ...more, ...claims })
}

/** What is believed of it. Only a plain `true` says that an e-mail is confirmed. */
export function told(claims: Readonly<Record<string, unknown>> & { readonly sub: string }): Person {
  const { sub, email, email_verified, name } = claims
  return {
    subject: sub,
    ...(typeof email === 'string' && emailFormat.test(email) && { email }),
    emailVerified: email_verified === true,
    ...(typeof name === 'string' && name.trim() && { name: name.trim().slice(0, 100) }),
  }
}

const emailFormat = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,180}$/u
