import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { isRaw, type Operation } from '@rialto/kit/contract'
import type { Database } from '@rialto/kit/database'
import { until } from '@rialto/kit/until'
import type { ApiCall } from '@rialto/sdk'
import { contracts } from '../contracts.ts'
import { requestFor } from './access/things.ts'
import { type Collector, openCollector } from './collector.ts'
import { stockShop } from './goods.ts'
import {
  closeAll,
  dataOf,
  hasError,
  keepWhatIsSaid,
  metadataOf,
  type Opened,
  openAll,
  refuseRows,
  takeRows,
} from './planted/databases.ts'
import { fail, fill, keepRefusals, type Lived, live, workWith } from './planted/life.ts'
import { openRefusingMailServer } from './planted/mail-server.ts'
import { findIn, person, type Secrets } from './planted/secrets.ts'
import { openShop, type Shop } from './shop.ts'
import { openStaff, pay, prepare } from './visitor.ts'
import { withoutLimits } from './without-limits.ts'

// Somebody whose every word is known lives in a shop that logs all it can and in which things go wrong: what they said
// is found where it belongs, and nowhere else.

let shop: Shop
let collector: Collector
let mailServer: Awaited<ReturnType<typeof openRefusingMailServer>>
let staff: ApiCall
let databases: Opened
let lived: Lived
const refusals = keepRefusals()
const broken = [
  ['notifications', 'deliveries'],
  ['identity', 'addresses'],
  ['identity', 'users'],
  ['cart', 'carts'],
] as const

before(async () => {
  mailServer = await openRefusingMailServer()
  collector = await openCollector()
  const env = { LOG_LEVEL: 'debug', SMTP_URL: mailServer.url, ...withoutLimits, ...collector.env }
  shop = await openShop({ env })
  staff = await openStaff(shop)
  const goods = [{ handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 50 }]
  const variantId = (await stockShop(staff, goods)).get('wool-cap')?.[0]?.id ?? ''
  databases = openAll(shop.dataDir)
  for (const database of Object.values(databases)) await keepWhatIsSaid(database)
  lived = await live(shop, variantId, refusals)
  await workWith(staff, refusals)
  await goWrong(variantId)
  await sayWrongly()
})
after(async () => {
  if (databases) await closeAll(databases)
  await shop?.close()
  mailServer?.close()
  await collector?.close()
})

test('what was planted came to where it belongs', async () => {
  const { identity, orders, notifications } = databases
  const found = async (database: Database) => findIn(await dataOf(database), person)
  const address = ['company', 'line1', 'line2', 'city', 'region', 'postal code', 'phone']
  for (const name of ['email', 'name', ...address]) {
    assert.ok((await found(identity)).includes(name), `identity does not know the ${name}`)
    assert.ok((await found(orders)).includes(name), `orders do not know the ${name}`)
  }
  assert.ok((await found(notifications)).includes('email'))
})

test('no table of any service holds a password, a card number or a code', async () => {
  const hidden = secretsOf(/password|card number|cvc/)
  for (const [name, database] of Object.entries(databases))
    assert.deepEqual(findIn(await dataOf(database), hidden), [], name)
})

test('nothing of it stands in the log, however much that tells', () => {
  // It told of what went wrong.
  for (const told of [/a request failed/, /will be tried again/, /refuse_all/])
    assert.match(shop.output, told)
  assert.deepEqual(findIn(shop.output, allSecrets()), [])
})

test('each line of the log is one JSON object, with its time in UTC, its level and what it says', () => {
  const lines = shop.output.split('\n').filter((line) => line.includes('"level"'))
  assert.ok(lines.length > 5)
  for (const line of lines) {
    const { level, time, msg } = JSON.parse(line)
    assert.ok(typeof level === 'number' && typeof msg === 'string', line)
    assert.match(time, /^\d{4}-.*Z$/)
  }
  // But for those of the start they name the service or the request.
  for (const from of ['"service":"notifications"', '"requestId":"req_'])
    assert.ok(
      lines.some((line) => line.includes(from)),
      from,
    )
})

test('nothing of it stands in what goes with messages, their errors included', async () => {
  for (const [name, database] of Object.entries(databases))
    assert.deepEqual(findIn(await metadataOf(database), allSecrets()), [], name)
  assert.match(await metadataOf(databases.orders), /order\.placed/)
})

test('nothing of it stands in a trace or in a metric', async () => {
  const told = (what: RegExp) => () => what.test(collector.told)
  for (const what of [/"POST \/api\/checkouts"/, /"process order\.placed"/, /"send mail"/])
    await until(`the collector heard of ${what}`, told(what))
  await until('metrics of failures came', told(/"rialto_problems_total"/))
  // A number of three digits is a count there.
  const { cvc: _, ...secrets } = allSecrets()
  assert.deepEqual(findIn(collector.told, secrets), [])
})

test('nothing of it is repeated in a refusal', () => {
  assert.ok(refusals.told.length > 100, `${refusals.told.length} refusals`)
  assert.ok(refusals.told.some((told) => told.includes('"internal"')))
  for (const told of refusals.told) assert.deepEqual(findIn(told, allSecrets()), [], told)
})

test('the search finds each of them in each form in which text travels', () => {
  const forms: ((secret: string) => string)[] = [
    (secret) => secret,
    (secret) => secret.toUpperCase(),
    (secret) => JSON.stringify({ nested: JSON.stringify({ secret }) }),
    (secret) => `https://shop.example/?q=${encodeURIComponent(secret)}&x=1`,
    (secret) => `GET /api/orders?${new URLSearchParams({ email: secret })}`,
  ]
  for (const [name, secret] of Object.entries(allSecrets()))
    for (const form of forms)
      assert.ok(findIn(`before ${form(secret)} after`, { [name]: secret }).includes(name), name)
  assert.deepEqual(findIn('{"card":"4242-4242-4242-4242"}', person), ['card number'])
  assert.deepEqual(findIn('4242424242424242', person), ['card number'])
  assert.deepEqual(findIn(Buffer.from(person.name).toString('base64'), person), ['name'])
  assert.deepEqual(findIn('ord_01h8361, 1.8361, 983612', person), [])
})

function allSecrets(): Secrets {
  return { ...person, ...lived.tokens, 'smtp password': 'planted-smtp-password' }
}

function secretsOf(names: RegExp): Secrets {
  return Object.fromEntries(Object.entries(person).filter(([name]) => names.test(name)))
}

/** Databases that refuse rows, in requests, jobs and events. */
async function goWrong(variantId: string): Promise<void> {
  const { call } = lived.visitor
  const attempt = await prepare(call, await fill(call, variantId), person['card number'])
  for (const [name, table] of broken) await refuseRows(databases[name], table)
  await fail(shop, lived.visitor, refusals)
  await pay(call, attempt)
  const waits = () => hasError(databases.notifications)
  await until('a mail about the order could not be noted', waits)
  for (const [name, table] of broken) await takeRows(databases[name], table)
}

/** Each operation is sent every secret in every field that it has, and in one that it has not. */
async function sayWrongly(): Promise<void> {
  const cookie = [...lived.visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const operations = contracts.flatMap(({ operations: own }) => own).filter(({ internal }) => !internal)
  for (const operation of operations) {
    for (const secret of [person.email, person['card number'], person.password]) {
      const reply = await fetch(`${shop.url}/api${requestFor(operation, {}).path}`, {
        method: operation.method,
        headers: { 'content-type': 'application/json', cookie },
        ...(operation.method !== 'GET' && { body: wrongBody(operation, secret) }),
      })
      const text = await reply.text()
      if (!reply.ok) refusals.told.push(text)
    }
  }
}

function wrongBody({ body }: Operation, secret: string): string {
  const names = body && !isRaw(body) ? Object.keys(body.properties) : []
  return JSON.stringify(Object.fromEntries([...names, 'anythingElse'].map((name) => [name, secret])))
}
