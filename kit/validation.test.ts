import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contract } from './contract.ts'
import { Problem } from './problem.ts'
import { input, oneOf, Type } from './schema.ts'
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
      }),
    },
    make: {
      method: 'POST',
      path: '/things',
      access: 'anyone',
      summary: 'Make',
      reply: { 201: Type.Null() },
      body: input({
        name: Type.String({ minLength: 1 }),
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
