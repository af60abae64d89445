import { createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type JWK, Provider } from 'oidc-provider'

// A provider to sign in with, as it is in the world: a certified server, over HTTP, with people who have accounts there.

export interface Somebody {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean
  readonly name?: string
}

export interface TestProvider {
  readonly issuer: string
  /** What stands in the settings of the shop. */
  readonly settings: { id: string; name: string; issuer: string; clientId: string; clientSecret: string }
  /** Who sits at the browser from now on, and says yes to everything; nobody says no. */
  seat(somebody: Somebody | undefined): void
  /** How it behaves from now on: as it should, or it takes requests and never answers, or answers with a fault. */
  become(mood: 'well' | 'silent' | 'broken'): void
  /** Lets it answer with ID tokens of these claims in place of its own, signed by its own key. */
  forge(claims: Record<string, unknown> | undefined): void
  /** Gives it a new key; the old one is forgotten. */
  rotate(): void
  /** How often a path was asked for. */
  asked(path: string): number
  close(): Promise<void>
}

const clientId = 'the-shop'
const clientSecret = 'a secret between shop and provider'

export async function openTestProvider(shopUrl: string, id = 'elsewhere'): Promise<TestProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let key = newKey()
  const people = new Map<string, Somebody>()
  const state = {
    mood: 'well',
    seated: undefined as Somebody | undefined,
    forged: undefined as object | undefined,
  }
  const redirectUri = `${shopUrl}/account/provider/${id}`
  const open = () => providerWith({ issuer, key: key.jwk, people, redirectUri })
  let provider = open()
  const counts = new Map<string, number>()
  server.on('request', async (request, response) => {
    const path = new URL(request.url ?? '', issuer).pathname
    counts.set(path, (counts.get(path) ?? 0) + 1)
    if (state.mood === 'silent') return
    if (state.mood === 'broken') return void response.writeHead(502).end('a proxy speaks')
    if (path.startsWith('/interaction/')) return interact(provider, state.seated, request, response)
    if (path === '/token' && state.forged)
      forgeToken(response, (claims) => key.sign({ ...claims, ...state.forged }))
    return provider.callback()(request, response)
  })
  return {
    issuer,
    settings: { id, name: 'Elsewhere', issuer, clientId, clientSecret },
    seat: (somebody) => {
      state.seated = somebody
      if (somebody) people.set(somebody.sub, somebody)
    },
    become: (mood) => {
      state.mood = mood
    },
    forge: (claims) => {
      state.forged = claims
    },
    rotate: () => {
      key = newKey()
      provider = open()
    },
    asked: (path) => counts.get(path) ?? 0,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' } as JWK
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    jwk,
    sign: (claims: object) => {
      const text = `${part({ alg: 'RS256', kid: jwk.kid })}.${part(claims)}`
      return `${text}.${createSign('sha256').update(text).sign(privateKey, 'base64url')}`
    },
  }
}

interface Setting {
  readonly issuer: string
  readonly key: JWK
  readonly people: ReadonlyMap<string, Somebody>
  readonly redirectUri: string
}

function providerWith({ issuer, key, people, redirectUri }: Setting): Provider {
  const client = { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }
  return new Provider(issuer, {
    clients: [client],
    jwks: { keys: [key] },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    ttl: { Session: 60, Interaction: 60, Grant: 60, AccessToken: 60, IdToken: 60 },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => Promise.resolve({ ...(people.get(sub) ?? { sub }) }),
    }),
  })
}

async function interact(
  provider: Provider,
  seated: Somebody | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!seated) {
    const no = { error: 'access_denied', error_description: 'no' }
    return provider.interactionFinished(request, response, no, { mergeWithLastSubmission: false })
  }
  const grant = new provider.Grant({ accountId: seated.sub, clientId })
  grant.addOIDCScope('openid email profile')
  const consent = { grantId: await grant.save() }
  await provider.interactionFinished(request, response, { login: { accountId: seated.sub }, consent })
}

/** Puts another ID token into the answer that is about to be sent. */
function forgeToken(response: ServerResponse, made: (claims: Record<string, unknown>) => string): void {
  const end = response.end.bind(response) as (text: string) => ServerResponse
  response.end = ((text: string | Buffer) => {
    const body = JSON.parse(String(text))
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString())
    const forged = JSON.stringify({ ...body, id_token: made(claims) })
    response.setHeader('content-length', Buffer.byteLength(forged))
    return end(forged)
  }) as typeof response.end
}

/** Goes where a browser goes, until it would come back to the shop; answers with the query it comes back with. */
export async function comeBack(url: string, shopUrl: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = url
  for (let step = 0; step < 10; step++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const line of reply.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const location = reply.headers.get('location')
    if (!location) throw new Error(`The provider leads nowhere: ${reply.status} ${await reply.text()}`)
    next = new URL(location, next).href
    if (next.startsWith(`${shopUrl}/`)) return new URL(next).search.slice(1)
  }
  throw new Error('The provider leads on and on')
}
