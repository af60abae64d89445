import type { Random } from '../faults/storm/random.ts'

/** A request on its way to be broken. */
export interface Draft {
  method: string
  /** Decoded values of path parameters, by their names. */
  params: Record<string, string>
  query: [string, string][]
  headers: Record<string, string | string[]>
  /** Undefined where the operation takes no JSON. */
  json: unknown
  /** What is sent in place of the JSON. */
  bytes?: Buffer
}

/** Changes the draft in one way. */
export type Breakage = (draft: Draft, random: Random) => void

const texts = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  'e\u0301',
  '\u202egnp.exe',
  '𝕬'.repeat(300),
  'ﷺ'.repeat(200),
  'x'.repeat(3_000),
  'x'.repeat(120_000),
  '1'.repeat(400),
  "'; drop table orders; --",
  '%',
  '%_\\',
  '\\',
  '../../../etc/passwd',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '=cmd|calc!A1',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '0x10',
  '١٢',
  'null',
  'true',
  '__proto__',
  'constructor',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:60Z',
  '2026-02-30T00:00:00Z',
  'a@b',
  '"@shop.example',
]
const numbers = [
  ...[-1, 0, 1, 0.1, 1.5, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 1e15, 1e21],
  ...[1e308, -1e308, 5e-324, -(2 ** 31) - 1, -(2 ** 53)],
]
const others = [null, true, false, [], {}, [null], [[]], { kind: 'none' }, { amount: 1 }, [1, 'a', {}]]

/** Numbers as no serialiser writes them. */
const rawNumbers = ['1e999', '-1e999', '-0', '1E+2', '0.1e-400', '1'.repeat(400), '1e-7', '9007199254740993']
const marker = 'a place for raw text'

export const breakages: Readonly<Record<string, Breakage>> = {
  'a text at its edges': (draft, random) => replaceSomewhere(draft, random, random.pick(texts)),
  'a number at its edges': (draft, random) => replaceSomewhere(draft, random, random.pick(numbers)),
  'another type': (draft, random) => replaceSomewhere(draft, random, random.pick(others)),
  'a missing field': (draft, random) => {
    const place = random.pick(placesIn(draft.json))
    if (place) delete place.holder[place.key]
  },
  'an unknown field': (draft, random) => {
    const name = random.pick([
      'unknown',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      '',
      'a\0',
      '$where',
    ])
    if (isObject(draft.json)) define(draft.json, name ?? '', { isAdmin: true, length: 1e9 })
    draft.query.push([name ?? '', '1'])
  },
  'deep nesting': (draft, random) => {
    const depth = random.pick([20, 500, 20_000]) ?? 20
    const [open, close] = random.pick([['[', ']'] as const, ['{"a":', '}'] as const]) ?? ['[', ']']
    rewrite(draft, random, `${open.repeat(depth)}1${close.repeat(depth)}`)
  },
  'a raw number': (draft, random) => rewrite(draft, random, random.pick(rawNumbers) ?? '1'),
  'a lone surrogate or NUL by escape': (draft, random) =>
    rewrite(draft, random, random.pick(['"\\ud800"', '"\\u0000"', '"\\udc00\\ud800"']) ?? '""'),
  'many entries': (draft, random) =>
    replaceSomewhere(
      draft,
      random,
      Array.from({ length: random.pick([101, 2_001, 20_000]) ?? 101 }, (_, at) => at),
    ),
  'a body that is no JSON': (draft, random) => {
    const text = JSON.stringify(draft.json ?? {})
    const wrong = [
      text.slice(0, -1),
      `${text}x`,
      `\ufeff${text}`,
      text.replace(/"/g, "'"),
      '',
      'null',
      '[]',
      '"text"',
      '1',
      '{"a":1,"a":2}',
      '{,}',
      `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`,
    ]
    draft.bytes = Buffer.from(random.pick(wrong) ?? '')
  },
  'bytes that are no text': (draft, random) => {
    draft.bytes = Buffer.from(Array.from({ length: random.between(1, 300) }, () => random.between(0, 255)))
  },
  'a body that is too large': (draft) => {
    draft.bytes = Buffer.alloc(1024 * 1024 + 1, 0x20)
  },
  'another content type': (draft, random) => {
    draft.headers['content-type'] = random.pick(contentTypes) ?? ''
  },
  'a parameter twice': (draft, random) => {
    const [name, value] = random.pick(draft.query) ?? ['limit', '1']
    draft.query.push([name, value], [name, random.pick(texts) ?? ''])
  },
  'a parameter of an odd form': (draft, random) => {
    const [name = 'limit'] = random.pick(draft.query) ?? []
    const odd =
      random.pick([`${name}[]`, `${name}[0]`, `${name}[__proto__]`, `${name}.x`, '', '__proto__']) ?? ''
    draft.query.push([odd, random.pick(texts) ?? ''])
  },
  'hundreds of parameters': (draft) => {
    for (let count = 0; count < 300; count++) draft.query.push([`p${count}`, '1'])
  },
  'an odd path': (draft, random) => {
    const name = random.pick(Object.keys(draft.params))
    if (name) draft.params[name] = random.pick([...texts, '.', '..', '/', '%2e%2e', 'x'.repeat(299)]) ?? ''
  },
  'an odd header': (draft, random) => {
    const [name, ...values] = random.pick(headers) ?? ['accept']
    draft.headers[name] = random.pick(values) ?? ''
  },
  'another method': (draft, random) => {
    draft.method = random.pick(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) ?? 'GET'
  },
}

const contentTypes = [
  'text/plain',
  'text/csv',
  'application/xml',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/json;',
  'application/json, text/plain',
  'APPLICATION/JSON',
  'application/problem+json',
  'json',
  ';',
  '/',
]

const long = 'x'.repeat(300)
const headers: readonly (readonly [string, ...(string | string[])[]])[] = [
  ['idempotency-key', '', ' ', long, 'x'.repeat(255), '\u00e9\u00ff', '"quoted"', '__proto__'],
  [
    'if-match',
    '',
    '*',
    '"1"',
    'W/"1"',
    '"-1"',
    '"9999999999999999"',
    '"999999999999999"',
    '1',
    '"1", "2"',
    long,
  ],
  ['if-none-match', '*', '', '"x"', long],
  [
    'authorization',
    'Bearer',
    'Bearer ',
    'Bearer \u00e9',
    `Bearer ${long}`,
    'Basic eDp5',
    'Bearer a b',
    'bearer x.y',
  ],
  [
    'cookie',
    '=',
    ';',
    'rialto_session=',
    'rialto_guest=a.b; rialto_guest=c',
    'rialto_session=%',
    `a=${long}`,
    'a',
  ],
  ['origin', 'null', 'http://', 'https://evil.example', 'http://localhost', 'x'],
  ['accept', '', 'text/html', '*/*;q=0', long],
  ['accept-encoding', 'gzip', 'br;q=x', 'identity;q=0', '*;q=0'],
  ['content-encoding', 'gzip', 'br', 'x'],
  ['range', 'bytes=0-1', 'bytes=-1', 'x'],
  ['x-request-id', '', long, '../x', '\u00e9'],
  ['x-timeout-ms', '0', '-1', 'x', '1e9'],
  ['x-forwarded-for', '', '127.0.0.1', 'x, y', long],
  ['x-forwarded-host', 'evil.example'],
  ['x-http-method-override', 'DELETE'],
  ['expect', '100-continue', 'x'],
  ['content-type', 'application/json', ''],
  ['webhook-signature', 'v1,', long, 'v1,x v1,y'],
  ['webhook-timestamp', '-1', 'x', '99999999999999'],
]

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

function placesIn(value: unknown): Place[] {
  if (!isObject(value)) return []
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...placesIn(value[key])])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** In the body where there is one, else in the query. */
function replaceSomewhere(draft: Draft, random: Random, value: unknown): void {
  const place = random.pick(placesIn(draft.json))
  // A copy: what stands in one request may be broken further.
  if (place) define(place.holder, place.key, structuredClone(value))
  const pair = random.pick(draft.query)
  if (!place && pair) pair[1] = typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Puts text into the JSON as it stands. */
function rewrite(draft: Draft, random: Random, text: string): void {
  const place = random.pick(placesIn(draft.json))
  if (!place) return
  define(place.holder, place.key, marker)
  draft.bytes = Buffer.from(JSON.stringify(draft.json).replace(`"${marker}"`, () => text))
}

/** A property of its own, whatever its name means to the language. */
function define(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true })
}
