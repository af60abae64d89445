import { createHmac } from 'node:crypto'

// Tokens as somebody makes them who has seen true ones, but does not have the secret, or has an old one.

interface Parts {
  readonly header?: object
  readonly claims?: object
  readonly key?: Uint8Array
  readonly hash?: string
}

/** By name, each wrong in one way alone; `true` is the one that differs in nothing from those of the fleet. */
export function tokensFor(audience: string, secret: string, now: number): Readonly<Record<string, string>> {
  const seconds = Math.floor(now / 1000)
  const key = createHmac('sha256', secret).update('rialto actor token').digest()
  const claims = {
    actor: { kind: 'service', name: 'cart' },
    iss: 'cart',
    aud: audience,
    iat: seconds,
    exp: seconds + 60,
  }
  const make = (parts: Parts) => token({ header, claims, key, hash: 'sha256', ...parts })
  const [head, , signature] = make({ claims: { ...claims, actor: { kind: 'anyone' } } }).split('.')
  return {
    true: make({}),
    stolen: make({ claims: { ...claims, aud: audience === 'orders' ? 'cart' : 'orders' } }),
    expired: make({ claims: { ...claims, iat: seconds - 120, exp: seconds - 60 } }),
    'long-lived': make({ claims: { ...claims, iat: seconds - 120, exp: seconds + 86_400 } }),
    endless: make({ claims: { ...claims, exp: undefined } }),
    future: make({ claims: { ...claims, iat: seconds + 60, exp: seconds + 120 } }),
    unsigned: `${make({ header: { ...header, alg: 'none' } }).replace(/[^.]+$/, '')}`,
    'unsigned in capitals': make({ header: { ...header, alg: 'NONE' } }),
    'signed with another key': make({ key: Buffer.from('another secret of the same length') }),
    'signed with the secret itself': make({ key: Buffer.from(secret) }),
    'signed with no key': make({ key: Buffer.alloc(0) }),
    'signed with another algorithm': make({ header: { ...header, alg: 'HS512' }, hash: 'sha512' }),
    'of another type': make({ header: { ...header, typ: 'JWT' } }),
    'with a key of its own': make({
      header: { ...header, jwk: { kty: 'oct', k: 'AA' } },
      key: Buffer.alloc(1),
    }),
    'with another actor': `${head}.${make({}).split('.')[1]}.${signature}`,
    'of nobody known': make({ claims: { ...claims, actor: { kind: 'root', id: 'x' } } }),
  }
}

const header = { alg: 'HS256', typ: 'rialto-actor+jwt' }

function token({ header: head = {}, claims = {}, key = Buffer.alloc(0), hash = '' }: Parts): string {
  const signed = [head, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}
