import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract, type Operation } from './contract.ts'
import { Problem } from './problem.ts'
import { Id, Instant, input, oneOf, Text, Type } from './schema.ts'
import { inputCheck } from './validation.ts'

const shop = contract(
  'shop',
  { version: 1, summary: 'For tests' },
  {
    list: {
      method: 'GET',
      path: '/shelves/:shelf/things',
      access: 'anyone',
      summary: 'List',
      reply: { 200: Type.Null() },
      query: Type.Object({
        limit: Type.Integer({ default: 20, maximum: 100 }),
        ids: Type.Optional(Type.Array(Type.String())),
        from: Type.Optional(Type.Integer()),
      }),
    },
    make: {
      method: 'POST',
      path: '/things',
      access: 'anyone',
      summary: 'Make',
      reply: { 201: Type.Null() },
      body: input({
        name: Text(20),
        shelf: Type.Optional(Id('shelf')),
        from: Type.Optional(Instant),
        stock: Type.Optional(Type.Union([Type.Integer({ minimum: 0 }), Type.Null()])),
        action: Type.Optional(
          Type.Union([
            input({ kind: Type.Literal('percent'), percent: Type.Number({ maximum: 100 }) }),
            input({ kind: Type.Literal('gift') }),
          ]),
        ),
        labels: Type.Optional(Type.Record(Type.String(), Type.String())),
        size: Type.Optional(oneOf(['s', 'm'])),
        parts: Type.Optional(Type.Array(input({ count: Type.Integer() }))),
      }),
    },
  },
)

const parts = (more: object) => ({ params: {}, query: {}, body: undefined, ...more })

test('a query is read from text, with defaults, and joined with the path', () => {
  const { parts: check } = inputCheck(shop.list)
  assert.deepEqual(check(parts({ params: { shelf: 'a' }, query: { ids: 'x' } })), {
    shelf: 'a',
    limit: 20,
    ids: ['x'],
  })
  assert.deepEqual(check(parts({ params: { shelf: 'a' }, query: { limit: '5' } })), { shelf: 'a', limit: 5 })
})

test('a body is taken as it is: text is no number', () => {
  assert.deepEqual(
    fieldsOf(() => inputCheck(shop.make).parts(parts({ body: { name: 'a', parts: [{ count: '1' }] } }))),
    ['parts.0.count'],
  )
})

const refused: readonly (readonly [string, object, string])[] = [
  ['a missing field', { body: {} }, 'name'],
  ['no body', {}, 'name'],
  ['an unknown field', { body: { name: 'a', nam: 'b' } }, 'nam'],
  ['a value that is not offered', { body: { name: 'a', size: 'xl' } }, 'size'],
  ['a list where an object belongs', { body: [] }, 'body'],
  ['text where an object belongs', { body: 'hello' }, 'body'],
]
for (const [what, request, field] of refused) {
  test(`${what} is refused by name`, () =>
    assert.deepEqual(
      fieldsOf(() => inputCheck(shop.make).parts(parts(request))),
      [field],
    ))
}

const said: readonly (readonly [string, object, string])[] = [
  ['blanks are no text', { name: '  ' }, 'name must not be blank'],
  [
    'an id shows what one looks like',
    { shelf: '7' },
    'shelf must look like shelf_01h455vb4pex5vsknk084sn02q',
  ],
  ['year 0 is no time', { from: '0000-01-01T00:00:00Z' }, 'from must look like 2026-03-01T10:00:00Z'],
  ['a leap second', { from: '2026-06-30T23:59:60Z' }, 'from must look like'],
  ['an offset beyond the world', { from: '2026-01-01T00:00:00+23:59' }, 'from must look like'],
  ['small letters', { from: '2026-01-01t00:00:00z' }, 'from must look like'],
  ['one of two types', { stock: -1 }, 'stock must be >= 0'],
  ['one of several kinds', { action: { kind: 'percent', percent: 200 } }, 'action.percent must be <= 100'],
  ['a kind without its field', { action: { kind: 'percent' } }, 'action.percent is required'],
  ['an unknown kind', { action: { kind: 'zzz' } }, 'action.kind must be one of percent, gift'],
  ['no kind at all', { action: {} }, 'action.kind must be one of percent, gift'],
  ['NUL', { name: 'a\0' }, 'name has a character that cannot be stored'],
  ['half a surrogate pair', { labels: { a: '\ud800' } }, 'labels.a has a character that cannot be stored'],
  [
    'NUL in a name',
    { labels: { 'a\0': 'b' } },
    'labels has a name that has a character that cannot be stored',
  ],
]
for (const [what, body, words] of said) {
  test(`what is wrong is said plainly: ${what}`, () =>
    assert.throws(
      () => inputCheck(shop.make).parts(parts({ body: { name: 'a', ...body } })),
      (error) => error instanceof Problem && error.status === 400 && error.message.startsWith(words),
    ))
}

test('a query field that is not known is refused, as in a body', () => {
  const check = (operation: Operation, query: object) =>
    fieldsOf(() => inputCheck(operation).parts(parts({ params: { shelf: 'a' }, query })))
  assert.deepEqual(check(shop.list, { limt: '5' }), ['limt'])
  assert.deepEqual(check(shop.make, { name: 'a' }), ['name'])
})

test('a call inside the process is checked by the same schemas, and its input stays as it was', () => {
  const given = { shelf: 'a' }
  assert.deepEqual(inputCheck(shop.list).joined(given), { shelf: 'a', limit: 20 })
  assert.deepEqual(given, { shelf: 'a' })
  assert.deepEqual(
    fieldsOf(() => inputCheck(shop.list).joined({ shelf: 'a', limit: 500 })),
    ['limit'],
  )
  assert.deepEqual(
    fieldsOf(() => inputCheck(shop.list).joined({})),
    ['shelf'],
  )
})

function fieldsOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof Problem && error.status === 400)
      return (error.details.errors as { field: string }[]).map(({ field }) => field)
  }
  return []
}

test('a number is one that can be stored, and keeps all its digits', () => {
  for (const from of ['Infinity', '1e308', '-1e21', String(2 ** 53)]) {
    const check = () => inputCheck(shop.list).parts(parts({ params: { shelf: 'a' }, query: { from } }))
    assert.deepEqual(fieldsOf(check), ['from'], from)
  }
  const largest = { from: String(Number.MAX_SAFE_INTEGER) }
  const taken = inputCheck(shop.list).parts(parts({ params: { shelf: 'a' }, query: largest }))
  assert.equal(taken.from, Number.MAX_SAFE_INTEGER)
})
