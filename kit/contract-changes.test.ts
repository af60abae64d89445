import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type ContractInfo,
  contract,
  describe,
  type EventType,
  event,
  type OperationSpec,
} from './contract.ts'
import { contractBreaks } from './contract-changes.ts'
import { lockOf, readLock } from './contract-lock.ts'
import { problem } from './problem.ts'
import { entity, input, oneOf, Type } from './schema.ts'

// What may change while old and new callers are at work side by side, and what may not.

const Book = entity('Book', {
  id: Type.String(),
  state: oneOf(['new', 'used']),
  pages: Type.Integer({ minimum: 1, maximum: 5_000 }),
  note: Type.Optional(Type.String({ maxLength: 50 })),
})
const soldOut = problem('sold-out', 409, 'Sold out', { left: Type.Integer() })
const addBook = {
  method: 'POST',
  path: '/books',
  access: ['staff:books', 'service'],
  summary: 'Add a book',
  body: input({
    title: Type.String({ minLength: 1, maxLength: 50, pattern: '\\S' }),
    state: oneOf(['new', 'used']),
    price: Type.Optional(Type.Number({ minimum: 0 })),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
    cover: Type.Union([input({ kind: Type.Literal('hard') }), input({ kind: Type.Literal('soft') })]),
  }),
  reply: { 201: Book },
  problems: [soldOut],
} as const satisfies OperationSpec
const findBooks = {
  method: 'GET',
  path: '/books',
  access: 'anyone',
  summary: 'Find books',
  query: Type.Object({ q: Type.Optional(Type.String()) }),
  idempotent: 'by-content',
  reply: { 200: Type.Object({ items: Type.Array(Book) }) },
} as const satisfies OperationSpec
const watchBook = {
  method: 'GET',
  path: '/books/:id',
  access: 'anyone',
  summary: 'Read a book',
  reply: { 200: Book },
  live: { on: [{ name: 'book.added' }], by: 'id' },
} as const satisfies OperationSpec
const upload = {
  method: 'PUT',
  path: '/cover',
  access: 'anyone',
  summary: 'Send a cover',
  body: { raw: 'image/png', maxBytes: 1_000 },
  reply: { 204: Type.Null() },
} as const satisfies OperationSpec
const specs: Record<string, OperationSpec> = { addBook, findBooks, watchBook, upload }
const added = event('book.added', 1, Type.Object({ book: Book, by: Type.Optional(Type.String()) }))

const library = (
  more: Record<string, OperationSpec> = {},
  events: readonly EventType[] = [added],
  version = 1,
): ContractInfo => describe(contract('library', { version, summary: 'Books', events }, { ...specs, ...more }))
const promised = readLock(lockOf(library()))
const breaks = (is: ContractInfo) => contractBreaks(promised, is)

const { title, state, price, tags, cover } = addBook.body.properties
const adding = (fields: Parameters<typeof input>[0]) =>
  library({ addBook: { ...addBook, body: input({ title, state, price, tags, cover, ...fields }) } })
const { q } = findBooks.query.properties
const answering = (fields: Parameters<typeof input>[0]) => {
  const changed = entity('Book', { ...Book.properties, ...fields })
  return library({ addBook: { ...addBook, reply: { 201: changed } } })
}
const without = (name: string) => {
  const { operations, ...rest } = library()
  return { ...rest, operations: operations.filter((operation) => operation.name !== name) }
}

const breaking: readonly (readonly [says: string, is: ContractInfo])[] = [
  ['addBook is gone', without('addBook')],
  [
    'addBook was POST /books, is PUT /books',
    library({ addBook: { ...addBook, method: 'PUT', idempotent: true } }),
  ],
  ['findBooks was GET /books, is GET /book', library({ findBooks: { ...findBooks, path: '/book' } })],
  ['findBooks is internal now', library({ findBooks: { ...findBooks, internal: true } })],
  ['addBook is closed to service', library({ addBook: { ...addBook, access: 'staff:books' } })],
  ['findBooks is closed to anyone', library({ findBooks: { ...findBooks, access: 'customer' } })],
  ['addBook takes no Idempotency-Key any more', library({ addBook: { ...addBook, idempotent: false } })],
  ['watchBook cannot be watched any more', library({ watchBook: { ...watchBook, live: undefined } })],
  ['findBooks may not be repeated any more', library({ findBooks: { ...findBooks, idempotent: false } })],
  ['addBook body isbn is required now', adding({ isbn: Type.String() })],
  ['addBook body price is required now', adding({ price: Type.Number({ minimum: 0 }) })],
  [
    'addBook body tags is not taken any more',
    library({ addBook: { ...addBook, body: input({ title, state, price, cover }) } }),
  ],
  ['addBook body state no longer takes used', adding({ state: oneOf(['new']) })],
  ['addBook body title no longer takes anything but a, b', adding({ title: oneOf(['a', 'b']) })],
  [
    'addBook body title maxLength was 50, is 40',
    adding({ title: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }) }),
  ],
  ['addBook body price minimum was 0, is 1', adding({ price: Type.Optional(Type.Number({ minimum: 1 })) })],
  [
    'addBook body price was number, is integer',
    adding({ price: Type.Optional(Type.Integer({ minimum: 0 })) }),
  ],
  [
    'addBook body title pattern was \\S, is ^A',
    adding({ title: Type.String({ minLength: 1, maxLength: 50, pattern: '^A' }) }),
  ],
  [
    'addBook body tags[] was string, is integer',
    adding({ tags: Type.Optional(Type.Array(Type.Integer(), { maxItems: 5 })) }),
  ],
  ['addBook body cover.kind no longer takes soft', adding({ cover: input({ kind: Type.Literal('hard') }) })],
  [
    'findBooks query q is not taken any more',
    library({ findBooks: { ...findBooks, query: Type.Object({ sort: Type.Optional(Type.String()) }) } }),
  ],
  [
    'findBooks query refuses unknown fields now',
    library({ findBooks: { ...findBooks, query: input({ q }) } }),
  ],
  ['addBook answers 200 instead of 201', library({ addBook: { ...addBook, reply: { 200: Book } } })],
  ['addBook reply pages may be missing now', answering({ pages: Type.Optional(Book.properties.pages) })],
  ['addBook reply state may now be lost', answering({ state: oneOf(['new', 'used', 'lost']) })],
  ['addBook reply pages maximum was 5000, is none', answering({ pages: Type.Integer({ minimum: 1 }) })],
  [
    'addBook reply pages was integer, is number',
    answering({ pages: Type.Number({ minimum: 1, maximum: 5_000 }) }),
  ],
  [
    'addBook reply note is gone',
    library({ addBook: { ...addBook, reply: { 201: Type.Omit(Book, ['note']) } } }),
  ],
  [
    'addBook sold-out answers 410 instead of 409',
    library({
      addBook: { ...addBook, problems: [problem('sold-out', 410, 'Sold out', { left: Type.Integer() })] },
    }),
  ],
  [
    'addBook sold-out left is gone',
    library({ addBook: { ...addBook, problems: [problem('sold-out', 409, 'Sold out')] } }),
  ],
  [
    'upload body is of another type',
    library({ upload: { ...upload, body: { raw: 'image/gif', maxBytes: 1_000 } } }),
  ],
  [
    'upload body may have 10 bytes instead of 1000',
    library({ upload: { ...upload, body: { raw: 'image/png', maxBytes: 10 } } }),
  ],
  ['book.added in version 1 is not said any more', library({}, [])],
  ['book.added in version 1 by is gone', library({}, [event('book.added', 1, Type.Object({ book: Book }))])],
]

for (const [says, is] of breaking) {
  test(`it is noticed when ${says}`, () => assert.deepEqual(breaks(is), [`library: ${says}`]))
}

test('a service that is gone is noticed', () => {
  assert.deepEqual(contractBreaks(promised, undefined), ['library is gone'])
})

const harmless: readonly (readonly [what: string, is: ContractInfo])[] = [
  ['nothing', library()],
  ['a new operation', library({ readBook: { ...findBooks, path: '/book' } })],
  ['a new event', library({}, [added, event('book.lost', 1, Book)])],
  ['a field that may be sent', adding({ isbn: Type.Optional(Type.String()) })],
  ['a field that need not be sent any more', adding({ title: Type.Optional(title) })],
  ['one value more to send', adding({ state: oneOf(['new', 'used', 'lost']) })],
  ['wider limits', adding({ title: Type.String({ maxLength: 90 }) })],
  ['a wider number', library({ addBook: { ...addBook, reply: { 201: Book } } })],
  ['a field more in the answer', answering({ isbn: Type.String() })],
  ['an answer that is surer', answering({ note: Type.String({ maxLength: 20 }) })],
  ['one value less in the answer', answering({ state: oneOf(['new']) })],
  ['access for more', library({ addBook: { ...addBook, access: 'anyone' } })],
  ['a problem that is not raised any more', library({ addBook: { ...addBook, problems: [] } })],
  ['other words', library({ addBook: { ...addBook, summary: 'Add one', description: 'A book.' } })],
]

for (const [what, is] of harmless) {
  test(`a change that breaks nobody passes: ${what}`, () => assert.deepEqual(breaks(is), []))
}

test('a version that is raised may break what it wants', () => {
  assert.deepEqual(breaks(library({ addBook: { ...addBook, internal: true } }, [], 2)), [])
})

test('a contract comes back from its file with all that it promises', () => {
  const again = lockOf(readLock(lockOf(library())))
  assert.deepEqual(contractBreaks(readLock(again), library()), [])
  assert.deepEqual(contractBreaks(library(), readLock(again)), [])
})
