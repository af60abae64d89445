import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { forbidden, invalidInput, is, notFound, unauthenticated, versionConflict } from '@rialto/kit/problem'
import { openSeal } from '@rialto/kit/seal'
import type { World } from '@rialto/kit/testing'
import { tooManyWebhooks, webhooks } from './contract.ts'
import { webhooksLimit } from './create-webhook.ts'
import { resealSecrets } from './reseal.ts'
import { openWebhooks, secret as secretOfShop, staff } from './testing.ts'
import { findWebhook } from './webhook-store.ts'

// Staff and their webhooks.

let world: World
before(async () => {
  world = await openWebhooks()
})
after(() => world.close())
beforeEach(() => world.database.run`delete from webhooks`)

const as = staff
const url = 'https://erp.example/hooks?token=abc'
const create = (more: object = {}, options: object = {}) =>
  world.call(webhooks.createWebhook, { url, eventTypes: ['order.placed'], ...more }, { as, ...options })
const get = (id: string) => world.call(webhooks.getWebhook, { id }, { as })

test('a webhook shows its secret when it is made, and never again', async () => {
  const { secret, ...webhook } = await create({ description: 'ERP' })
  assert.match(secret, /^whsec_/)
  assert.deepEqual(await get(webhook.id), webhook)
  assert.deepEqual((await world.call(webhooks.listWebhooks, {}, { as })).items, [webhook])
  assert.deepEqual([webhook.enabled, webhook.queued, webhook.version], [true, 0, 1])
})

test('the same request again makes no second webhook, and shows the same secret', async () => {
  const idempotencyKey = newId('key')
  const [first, again] = [await create({}, { idempotencyKey }), await create({}, { idempotencyKey })]
  assert.deepEqual(again, first)
  assert.equal((await world.call(webhooks.listWebhooks, {}, { as })).items.length, 1)
})

test('no secret is readable in the database', async () => {
  const { id, secret } = await create({}, { idempotencyKey: newId('key') })
  const rotated = await world.call(webhooks.rotateWebhookSecret, { id }, { as, idempotencyKey: newId('key') })
  assert.notEqual(rotated.secret, secret)
  const rows = await world.database.rows<{ text: string }>`
    select w::text as text from webhooks w union all select i::text from rialto.idempotency i`
  const text = JSON.stringify(rows)
  assert.ok(rows.length >= 3)
  for (const one of [secret, rotated.secret]) assert.ok(!text.includes(one.slice('whsec_'.length, -1)))
})

test('when the secret of the shop is changed, those of webhooks are sealed anew', async () => {
  const { id, secret } = await create()
  const next = 'n'.repeat(32)
  const seal = openSeal({ purpose: 'webhooks', secret: next, otherSecret: secretOfShop })
  await resealSecrets({ own: { seal }, database: world.database })
  const [kept] = (await findWebhook(world.database, id))?.secrets ?? []
  assert.equal(openSeal({ purpose: 'webhooks', secret: next }).open(kept?.sealed ?? '', id), secret)
})

test('a webhook is changed, disabled and removed', async () => {
  const { id } = await create()
  const change = (changes: object) => world.call(webhooks.changeWebhook, { id, ...changes }, { as })
  const changed = await change({ url: 'https://other.example/', eventTypes: ['order.shipped', 'stock.low'] })
  assert.deepEqual(
    [changed.url, changed.eventTypes.length, changed.version],
    ['https://other.example/', 2, 2],
  )
  const off = await change({ enabled: false })
  assert.deepEqual([off.enabled, off.disabledBecause, off.url], [false, 'staff', changed.url])
  await world.database.run`update webhooks set disabled_because = 'failing' where id = ${id}`
  assert.equal((await change({ description: 'still' })).disabledBecause, 'failing')
  assert.equal((await change({ enabled: false })).disabledBecause, 'staff')
  const on = await change({ enabled: true, description: 'back' })
  assert.deepEqual([on.enabled, on.disabledBecause, on.description], [true, undefined, 'back'])
  assert.deepEqual(await get(id), on)
  await world.call(webhooks.removeWebhook, { id }, { as })
  await assert.rejects(get(id), (error) => is(error, notFound))
})

test('who changes a webhook that another has changed meanwhile is told', async () => {
  const { id } = await create()
  const change = (description: string) =>
    world.call(webhooks.changeWebhook, { id, description }, { as, expectedVersion: 1 } as object)
  const results = await Promise.allSettled([change('one'), change('other')])
  const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  assert.equal(refused.length, 1)
  assert.ok(is(refused[0]?.reason, versionConflict))
})

test('addresses inside and events that nobody says are refused by the name of the field', async () => {
  const cases: [object, string][] = [
    [{ url: 'https://10.0.0.1/' }, 'url'],
    [{ url: 'https://user:word@erp.example/' }, 'url'],
    [{ url: 'http://[::1]:4000/' }, 'url'],
    [{ eventTypes: ['order.placed', 'order.palced'] }, 'eventTypes.1'],
  ]
  const { id } = await create()
  await Promise.all(
    cases.flatMap(([wrong, field]) =>
      [create(wrong), world.call(webhooks.changeWebhook, { id, ...wrong }, { as })].map((asking) =>
        assert.rejects(asking, (error) => {
          assert.ok(is(error, invalidInput))
          return (error.details.errors as { field: string }[])[0]?.field === field
        }),
      ),
    ),
  )
})

test('in production only https is sent to', async () => {
  const production = await openWebhooks({ NODE_ENV: 'production', WEBHOOK_INTERNAL_NETWORKS: '' })
  try {
    const input = { url: 'http://erp.example/', eventTypes: ['order.placed'] }
    await assert.rejects(production.call(webhooks.createWebhook, input, { as }), /https/)
  } finally {
    await production.close()
  }
})

test('a shop has fifty webhooks at most, however many are made at once', async () => {
  const results = await Promise.allSettled(Array.from({ length: webhooksLimit + 5 }, () => create()))
  const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[]
  assert.equal(refused.length, 5)
  assert.ok(refused.every(({ reason }) => is(reason, tooManyWebhooks)))
  const first = await world.call(webhooks.listWebhooks, { limit: 40 }, { as })
  const rest = await world.call(webhooks.listWebhooks, { limit: 40, after: first.next }, { as })
  const ids = new Set([...first.items, ...rest.items].map(({ id }) => id))
  assert.deepEqual([ids.size, rest.next], [webhooksLimit, undefined])
})

test('the events of all services can be subscribed to, and it is told which have personal data', async () => {
  const { items } = await world.call(webhooks.listWebhookEventTypes, {}, { as })
  const personal = new Map(items.map(({ type, personalData }) => [type, personalData]))
  for (const type of ['order.placed', 'order.refunded', 'customer.registered'])
    assert.equal(personal.get(type), true, type)
  for (const type of [
    'stock.low',
    'payment.captured',
    'product.changed',
    'shipment.created',
    'webhook.disabled',
  ])
    assert.equal(personal.get(type), false, type)
  const all = items.map(({ type }) => type)
  assert.deepEqual((await create({ eventTypes: all })).eventTypes, all)
})

test('nobody but staff who may sees or makes a webhook', async () => {
  const { id } = await create()
  const others: [Actor, typeof forbidden][] = [
    [{ kind: 'staff', id: newId('staff'), permissions: ['orders', 'operations'] }, forbidden],
    [{ kind: 'customer', id: newId('cust') }, forbidden],
    [{ kind: 'guest', id: newId('guest') }, unauthenticated],
  ]
  await Promise.all(
    others.flatMap(([actor, problem]) => {
      const refused = (asking: Promise<unknown>) => assert.rejects(asking, (error) => is(error, problem))
      return [
        refused(world.call(webhooks.getWebhook, { id }, { as: actor })),
        refused(world.call(webhooks.createWebhook, { url, eventTypes: ['order.placed'] }, { as: actor })),
        refused(world.call(webhooks.rotateWebhookSecret, { id }, { as: actor })),
        refused(world.call(webhooks.listWebhookDeliveries, { id }, { as: actor })),
      ]
    }),
  )
})
