import type { Logger } from '@rialto/kit/telemetry'
import * as oidc from 'openid-client'
import { providerAway, providerRefused } from '../contract.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { type Person, personOf } from './person.ts'
import type { ProviderSettings } from './settings.ts'

/** What has to fit together at the start and at the end of one sign-in. */
export interface Checks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** Somewhere else where people sign in, and which vouches for them (OpenID Connect). */
export interface Provider {
  readonly id: string
  readonly name: string
  readonly issuer: string
  /** The address of its page. */
  begin(checks: Checks): Promise<string>
  /** For whom it vouches, by the query with which it sent the browser back. */
  finish(answer: string, checks: Checks): Promise<Person>
}

interface Around {
  readonly publicUrl: string
  readonly log: Logger
  readonly timeoutMs: number
}

const knownForMs = 60 * 60_000

/** Pages tell by its state what an answer is for; that is all they can read of it. */
export function newChecks(isLinking: boolean): Checks {
  const state = isLinking ? `link.${oidc.randomState()}` : oidc.randomState()
  return { state, nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
}

export function openProvider(settings: ProviderSettings, { publicUrl, log, timeoutMs }: Around): Provider {
  const { id, name, issuer } = settings
  const redirectUri = `${publicUrl}/account/provider/${id}`
  const metadata = remembered(() => discover(settings, timeoutMs))
  const keys: { kept?: KeyCache } = {}
  const answering = <Result>(work: () => Promise<Result>) => work().catch((error) => refuse(error, name, log))
  return {
    id,
    name,
    issuer,
    begin: (checks) =>
      answering(async () => {
        const url = oidc.buildAuthorizationUrl(clientOf(await metadata(), settings, timeoutMs), {
          redirect_uri: redirectUri,
          scope: 'openid email profile',
          state: checks.state,
          nonce: checks.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
          code_challenge_method: 'S256',
        })
        return url.href
      }),
    finish: (answer, checks) =>
      answering(async () => {
        const client = clientOf(await metadata(), settings, timeoutMs)
        if (keys.kept) oidc.setJwksCache(client, renewable(keys.kept))
        const url = new URL(redirectUri)
        url.search = answer
        const tokens = await oidc.authorizationCodeGrant(client, url, {
          expectedState: checks.state,
          expectedNonce: checks.nonce,
          pkceCodeVerifier: checks.verifier,
          idTokenExpected: true,
        })
        keys.kept = oidc.getJwksCache(client)
        return personOf(client, tokens)
      }),
  }
}

/** Its document is asked for once an hour, and once for all who come at the same time. */
function remembered<Known>(ask: () => Promise<Known>): () => Promise<Known> {
  let known: Promise<Known> | undefined
  let until = 0
  return () => {
    if (known && Date.now() < until) return known
    const asked = ask()
    known = asked
    until = Date.now() + knownForMs
    asked.catch(() => {
      if (known === asked) known = undefined
    })
    return asked
  }
}

const fetching = { [oidc.customFetch]: boundedFetch as unknown as oidc.CustomFetch }

async function discover(settings: ProviderSettings, timeoutMs: number): Promise<oidc.ServerMetadata> {
  const { issuer, clientId } = settings
  const options = { ...fetching, timeout: timeoutMs / 1000, execute: isPlain(settings) }
  const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), options)
  return found.serverMetadata()
}

/** Without TLS only where the settings say so, which production refuses. */
function isPlain({ issuer }: ProviderSettings) {
  return issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
}

/** A fresh one each time, as the library keeps the keys of a provider longer than they may last. */
function clientOf(
  metadata: oidc.ServerMetadata,
  settings: ProviderSettings,
  timeoutMs: number,
): oidc.Configuration {
  const { clientId, clientSecret } = settings
  const client = new oidc.Configuration(metadata, clientId, undefined, authenticateBy(clientSecret))
  client.timeout = timeoutMs / 1000
  Object.assign(client, fetching)
  // What an ID token says counts by its signature, not by the line on which it came.
  oidc.enableNonRepudiationChecks(client)
  for (const allow of isPlain(settings)) allow(client)
  return client
}

type KeyCache = NonNullable<ReturnType<typeof oidc.getJwksCache>>

const patienceSeconds = 60

/**
 * Its keys are kept for minutes, and asked for anew when an ID token is signed by another one. The library does not do so
 * for keys that are younger than a minute; but who changes keys in that minute would have everybody refused.
 */
function renewable(kept: KeyCache): KeyCache {
  return { ...kept, uat: Math.min(kept.uat, Math.floor(Date.now() / 1000) - patienceSeconds) }
}

/** As the provider wants it; the standard's default is Basic. */
function authenticateBy(secret: string): oidc.ClientAuth {
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const way = ways.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost
    return way(secret)(server, client, body, headers)
  }
}

/** What went wrong in words for who signs in. The log has the kind of failure, and nothing of what was answered. */
function refuse(error: unknown, name: string, log: Logger): never {
  const { code } = error as { code?: string }
  if (error instanceof oidc.AuthorizationResponseError && error.error === 'access_denied')
    throw providerRefused(`Nobody was signed in at ${name}.`)
  if (isAway(error)) {
    log.warn({ provider: name, code: code ?? 'unreachable' }, 'a sign-in provider does not answer')
    throw providerAway(`${name} does not answer just now. Try again shortly, or sign in another way.`)
  }
  if (!(error instanceof Error) || !code?.startsWith('OAUTH_')) throw error
  log.warn({ provider: name, code }, 'what a sign-in provider answered does not hold')
  throw providerRefused(`What ${name} answered does not hold. Begin anew.`)
}

const awayCodes = new Set(['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR'])

function isAway(error: unknown): boolean {
  if (error instanceof TypeError) return true
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500
  const { code = '', cause } = error as { code?: string; cause?: unknown }
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return !(cause instanceof Response) || cause.status >= 500
  return awayCodes.has(code)
}
