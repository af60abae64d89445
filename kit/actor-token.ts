import { createHmac, createSecretKey } from 'node:crypto'
import { errors, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import type { Actor } from './access.ts'
import { upTo } from './cache-limit.ts'
import { unauthenticated } from './problem.ts'
import { type Static, Type } from './schema.ts'
import { checker } from './validation.ts'

/** Vouches for the actor of a call, to one service and for a short time. */
export type Sign = (actor: Actor, audience: string) => Promise<string>

/** Tells who calls. Throws `unauthenticated` unless the token was made by this fleet, for this service, just now. */
export type Verify = (token: string | undefined, audience: string) => Promise<Actor>

export interface TokenOptions {
  /** Shared by the processes of the fleet, at least 32 characters; whoever has it may act as anybody. */
  readonly secret: string
  readonly now?: () => number
}

export interface VerifyOptions extends TokenOptions {
  /** While the secret is changed: the one before or the one to come. What it signed is good too. */
  readonly otherSecret?: string
}

const algorithm = 'HS256'
const tokenType = 'rialto-actor+jwt'
const lifeSeconds = 60
/** A token is sent again for half of its life, so that it never runs out on the way. */
const reusedMs = 30_000
const clockToleranceSeconds = 5
const remembered = 10_000

/** Signs for a process, which is named as the issuer. One signature per actor and service serves for 30 s. */
export function createSign({ secret, now = Date.now, issuer }: TokenOptions & { issuer: string }): Sign {
  const key = keyOf(secret)
  const tokens = new LRUCache<string, { until: number; token: Promise<string> }>(upTo(remembered))
  return (actor, audience) => {
    const name = `${audience} ${JSON.stringify(actor)}`
    const time = now()
    const known = tokens.get(name)
    if (known && known.until > time) return known.token
    const seconds = Math.floor(time / 1000)
    const token = new SignJWT({ actor })
      .setProtectedHeader({ alg: algorithm, typ: tokenType })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + lifeSeconds)
      .sign(key)
    tokens.set(name, { until: time + reusedMs, token })
    return token
  }
}

/** Verifies tokens; one that was good is remembered until it runs out. */
export function createVerify({ secret, otherSecret, now = Date.now }: VerifyOptions): Verify {
  const keys = [secret, ...(otherSecret === undefined ? [] : [otherSecret])].map(keyOf)
  const good = new LRUCache<string, { until: number; actor: Actor }>(upTo(remembered))
  return async (token, audience) => {
    if (token === undefined) throw refused()
    const name = `${audience} ${token}`
    const time = now()
    const known = good.get(name)
    if (known && known.until > time) return known.actor
    const payload = await claimsOf(token, keys, {
      algorithms: [algorithm],
      typ: tokenType,
      audience,
      requiredClaims: ['iss', 'aud', 'iat', 'exp', 'actor'],
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: lifeSeconds,
      currentDate: new Date(time),
    })
    const actor = actorOf(payload)
    good.set(name, { until: (payload.exp as number) * 1000, actor })
    return actor
  }
}

const Id = Type.String({ minLength: 1, maxLength: 100 })
const closed = { additionalProperties: false }
const Claims = Type.Object({
  actor: Type.Union([
    Type.Object({ kind: Type.Literal('anyone') }, closed),
    Type.Object({ kind: Type.Literal('guest'), id: Id }, closed),
    Type.Object({ kind: Type.Literal('customer'), id: Id, guestId: Type.Optional(Id) }, closed),
    Type.Object(
      {
        kind: Type.Literal('staff'),
        id: Id,
        permissions: Type.Array(Id),
        guestId: Type.Optional(Id),
        factorStep: Type.Optional(Type.Union([Type.Literal('set-up'), Type.Literal('sign-in-again')])),
      },
      closed,
    ),
    Type.Object({ kind: Type.Literal('service'), name: Id }, closed),
  ]),
})
type Claims = Static<typeof Claims>
const checkClaims = checker(Claims)

/** Only a signature that is wrong leads to the next key: whatever else is wrong is so under every key. */
async function claimsOf(token: string, keys: readonly Key[], options: JWTVerifyOptions) {
  const [key, ...others] = keys
  try {
    return (await jwtVerify<Claims>(token, key as Key, options)).payload
  } catch (cause) {
    if (others.length === 0 || !(cause instanceof errors.JWSSignatureVerificationFailed)) throw refused(cause)
    return claimsOf(token, others, options)
  }
}

type Key = ReturnType<typeof keyOf>

function actorOf({ actor }: Claims): Actor {
  try {
    checkClaims({ actor })
  } catch (cause) {
    throw refused(cause)
  }
  return actor as Actor
}

/** A key for this purpose alone: what is signed with the secret elsewhere is no token here. */
function keyOf(secret: string) {
  return createSecretKey(createHmac('sha256', secret).update('rialto actor token').digest())
}

function refused(cause?: unknown) {
  const problem = unauthenticated('The call brings no valid token of this fleet.')
  problem.cause = cause
  return problem
}
