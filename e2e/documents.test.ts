import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { type Platform, startPlatform } from '../platform.ts'

// A developer has the documents and nothing else: they are whole, true to the form, and need no network.

interface Described {
  readonly operationId: string
  readonly summary: string
  readonly responses: Record<string, { $ref?: string }>
}

interface Document extends Record<string, unknown> {
  readonly paths: Record<string, Record<string, Described>>
}

let platform: Platform
let dataDir: string
let document: Document
let events: Record<string, unknown>

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rialto-documents-'))
  const environment = { PORT: '0', HOST: '127.0.0.1', RIALTO_DATA: dataDir, LOG_LEVEL: 'silent' }
  platform = await startPlatform({ environment, pages: false })
  document = (await platform.app.inject('/openapi.json')).json()
  events = (await platform.app.inject('/asyncapi.json')).json()
})
after(async () => {
  await platform?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const operations = () => Object.values(document.paths).flatMap((path) => Object.values(path))

test('the document is OpenAPI 3.1', async () => {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  assert.equal(validator.version, '3.1')
})

test('the check notices a document that is not', async () => {
  const { valid } = await new Validator().validate({
    ...document,
    paths: { '/x': { get: { responses: 5 } } },
  })
  assert.equal(valid, false)
})

test('every operation has a name of its own, a line that says what it does, and its failures', () => {
  const all = operations()
  assert.ok(all.length > 80, String(all.length))
  assert.equal(new Set(all.map(({ operationId }) => operationId)).size, all.length)
  for (const { operationId, summary, responses } of all) {
    assert.match(summary, /^[A-Z].{5,}[^.]$/, operationId)
    const statuses = Object.keys(responses)
    assert.equal(statuses.filter((status) => status.startsWith('2')).length, 1, operationId)
    assert.ok(statuses.includes('500') && statuses.includes('503'), operationId)
  }
})

test('whatever the document refers to is in it', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '')
  assert.ok(refs.length > 100)
  for (const ref of new Set(refs)) {
    const found = ref
      .split('/')
      .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], document)
    assert.ok(found, ref)
  }
})

test('every problem that an operation may answer with is explained', async () => {
  const { body } = await platform.app.inject('/docs/problems')
  const { responses } = document.components as { responses: object }
  const codes = new Set(Object.keys(responses).flatMap((name) => name.split('.')))
  assert.ok(codes.size > 20)
  for (const code of codes) assert.ok(body.includes(`id="${code}"`), code)
})

test('the reference page takes nothing from outside', async () => {
  const page = await platform.app.inject('/docs/')
  assert.equal(page.statusCode, 200)
  const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '')
  assert.ok(sources.length > 0)
  for (const address of sources) assert.doesNotMatch(address, /^(https?:)?\/\//)
})
