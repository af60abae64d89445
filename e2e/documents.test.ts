import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import type { EventType } from '@rialto/kit/contract'
import { encode } from '@rialto/kit/envelope'
import { messageOf } from '@rialto/kit/testing'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { contracts } from '../contracts.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { makeDataFolder } from './data-folder.ts'

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
  dataDir = await makeDataFolder('documents')
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

test('the rules that Redocly recommends are kept', async () => {
  const found = await lint(document)
  // An id is a TypeID, never a word such as `webhooks`: in no request can these be taken for one another.
  const others = found.filter(({ ruleId }) => ruleId !== 'no-ambiguous-paths')
  assert.deepEqual(others, [])
  for (const { message } of found) assert.match(message, /\{id\}/)
  const operation = { responses: { 200: { description: 'Well' } } }
  const wrong = await lint({ ...document, paths: { '/x': { get: operation } } })
  assert.ok(wrong.some(({ ruleId }) => ruleId === 'operation-summary'))
})

async function lint(given: Record<string, unknown>) {
  const config = await createConfig({ extends: ['recommended'] })
  return lintFromString({ source: JSON.stringify(given), absoluteRef: '/openapi.json', config })
}

test('the document of events is AsyncAPI 3, and has every event of every contract', async () => {
  const url = import.meta.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json')
  const schema = JSON.parse(await readFile(new URL(url), 'utf8'))
  const validate = addFormats.default(new Ajv({ strict: false, logger: false })).compile(schema)
  assert.ok(validate(events), JSON.stringify(validate.errors))
  const { channels } = events
  assert.equal(validate({ ...events, channels: { x: { address: 5 } } }), false)
  const declared = contracts.flatMap(({ events: said }) => said.map(({ name }) => name))
  assert.deepEqual(Object.keys(channels as object).sort(), [...new Set(declared)].sort())
})

test('an event as it is sent is one that the document describes', () => {
  const said = contracts
    .find(({ name }) => name === 'orders')
    ?.events.find(({ name }) => name === 'refund.requested')
  const { components } = events as { components: { messages: Record<string, { payload: object }> } }
  const { payload } = components.messages['refund.requested.v1'] ?? {}
  const validate = addFormats.default(new Ajv({ strict: false })).compile({ ...payload, components })
  const id = (prefix: string) => `${prefix}_01h455vb4pex5vsknk084sn02q`
  const data = { refundId: id('ref'), orderId: id('ord'), checkoutId: id('chk') }
  const amount = { amount: 500, currency: 'EUR' }
  const sent = (more: object) =>
    JSON.parse(encode({ ...messageOf(said as EventType, { ...data, ...more }), source: 'orders' }))
  assert.ok(validate(sent({ amount })), JSON.stringify(validate.errors))
  assert.ok(!validate(sent({ amount: 500 })))
  assert.ok(!validate({ ...sent({ amount }), source: '/payments' }))
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

test('whatever a document refers to is in it', () => {
  for (const each of [document, events]) {
    const refs = [...JSON.stringify(each).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '')
    assert.ok(refs.length > 100)
    for (const ref of new Set(refs)) {
      const found = ref
        .split('/')
        .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], each)
      assert.ok(found, ref)
    }
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
