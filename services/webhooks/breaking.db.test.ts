import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { newId } from '@rialto/kit/id'
import { conflict, is } from '@rialto/kit/problem'
import { messageOf, type World } from '@rialto/kit/testing'
import { until } from '@rialto/kit/until'
import { shipmentCreated } from '@rialto/shipping/contract'
import { webhookDisabled, webhooks, webhookWasDisabled } from './contract.ts'
import { queueLimit } from './on-event.ts'
import { triesLimit } from './retry.ts'
import { answering, openReceiver, openWebhooks, type Receiver, staff } from './testing.ts'

// Webhooks that fail again and again, and how they come back.

const as = staff
const day = 86_400_000
let world: World
let receiver: Receiver
before(async () => {
  receiver = await openReceiver()
  world = await openWebhooks()
})
after(async () => {
  await world.close()
  await receiver.close()
})
beforeEach(async () => {
  receiver.answer = undefined
  receiver.received.length = 0
  await rest()
  await world.database.run`delete from webhooks`
  await world.database.run`delete from messages`
})

const create = () =>
  world.call(webhooks.createWebhook, { url: receiver.url, eventTypes: ['shipment.created'] }, { as })
const get = (id: string) => world.call(webhooks.getWebhook, { id }, { as })
const log = async (id: string) =>
  (await world.call(webhooks.listWebhookDeliveries, { id, limit: 100 }, { as })).items
const parcel = () => ({ shipmentId: newId('shp'), orderId: newId('ord'), fulfilmentId: newId('ful') })
const hear = () => world.hear(shipmentCreated, parcel())
const allDelivered = (id: string) =>
  until('all are delivered', async () => {
    const all = await log(id)
    return all.length > 0 && all.every(({ status }) => status === 'delivered')
  })
const times = (count: number) => until(`${count} requests came`, () => receiver.received.length === count)

/** Nothing is on its way: the newest attempt of each stands in the log. */
const rest = () =>
  until('all attempts are settled', async () => {
    const open = await world.database.row`
      select 1 from deliveries d where attempts > (select coalesce(max(number), 0) from attempts a where a.delivery_id = d.id) limit 1`
    return open === undefined
  })

/** Does what is due after so long. */
async function pass(ms: number): Promise<void> {
  world.advance(ms)
  await world.runJobs()
  await rest()
}

async function passUntil(holds: () => Promise<boolean>, hours = 24 * 12): Promise<void> {
  for (let hour = 0; hour < hours; hour++) {
    if (await holds()) return
    await pass(3_600_000)
  }
  throw new Error('It never held.')
}

test('a delivery that nobody takes is given up within three days, and can be replayed', async () => {
  const { id } = await create()
  receiver.answer = answering(500)
  await hear()
  await passUntil(async () => (await log(id))[0]?.status === 'failed', 24 * 3 + 2)
  const [failed] = await log(id)
  assert.deepEqual([failed?.attempts, failed?.lastStatus], [triesLimit, 500])
  receiver.answer = undefined
  const replay = { id, deliveryId: failed?.id ?? '' }
  assert.equal((await world.call(webhooks.replayWebhookDelivery, replay, { as })).status, 'queued')
  await pass(3_600_000)
  await allDelivered(id)
  const ids = new Set(receiver.received.map(({ headers }) => headers['webhook-id']))
  assert.deepEqual([...ids], [failed?.messageId])
})

test('a webhook that fails again and again is paused, tried with one, and then gets all', async () => {
  const { id } = await create()
  receiver.answer = answering(500)
  for (let n = 0; n < 10; n++) await hear()
  await until('it is paused', async () => (await get(id)).pausedUntil !== undefined)
  await rest()
  const before = receiver.received.length
  assert.ok(before >= 5 && before <= 8, String(before))
  await world.runJobs()
  await rest()
  assert.equal(receiver.received.length, before)
  await pass(31_000)
  assert.equal(receiver.received.length, before + 1)
  receiver.answer = undefined
  await pass(3_600_000)
  await allDelivered(id)
  const well = await get(id)
  assert.deepEqual([well.pausedUntil, well.failingSince, well.queued], [undefined, undefined, 0])
})

test('one that answers 410 is disabled at once, and it is said', async () => {
  const { id } = await create()
  receiver.answer = answering(410)
  await hear()
  await until('it is disabled', async () => (await get(id)).disabledBecause === 'gone')
  const said = await world.said(webhookWasDisabled)
  assert.deepEqual(
    said.filter(({ webhookId }) => webhookId === id),
    [{ webhookId: id, because: 'gone' }],
  )
  assert.equal((await log(id))[0]?.status, 'failed')
  await hear()
  assert.equal((await log(id)).length, 1)
  await times(1)
})

test('one that takes nothing for days is disabled; what came meanwhile can be had afterwards', async () => {
  const { id } = await create()
  receiver.answer = answering(500)
  for (let n = 0; n < 4; n++) await hear()
  await passUntil(async () => {
    if ((await get(id)).queued === 0) await hear()
    return (await get(id)).disabledBecause === 'failing'
  })
  assert.ok((await world.said(webhookWasDisabled)).some(({ webhookId }) => webhookId === id))
  assert.ok(!(await log(id)).some(({ status }) => status === 'queued'))
  const before = receiver.received.length
  await hear()
  assert.deepEqual([(await log(id))[0]?.status, receiver.received.length], ['skipped', before])
  const range = { id, from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
  for (const operation of [webhooks.replayWebhookDeliveries, webhooks.testWebhook])
    await assert.rejects(world.call(operation, range as never, { as }), (error) => is(error, webhookDisabled))
  receiver.answer = undefined
  receiver.received.length = 0
  assert.equal((await world.call(webhooks.changeWebhook, { id, enabled: true }, { as })).enabled, true)
  const all = (await log(id)).length
  const replayed = await world.call(webhooks.replayWebhookDeliveries, range, { as })
  assert.deepEqual(replayed, { queued: all, more: false })
  await allDelivered(id)
  assert.equal(receiver.received.length, all)
})

test('what came about outside of the time that is replayed stays as it is', async () => {
  const { id } = await create()
  for (let n = 0; n < 3; n++) {
    await hear()
    await allDelivered(id)
    world.advance(60_000)
  }
  const [third, second] = await log(id)
  const range = { id, from: second?.createdAt ?? '', to: third?.createdAt ?? '' }
  const replay = (more: object) => world.call(webhooks.replayWebhookDeliveries, { ...range, ...more }, { as })
  assert.deepEqual(await replay({}), { queued: 0, more: false })
  assert.deepEqual(await replay({ statuses: ['delivered'] }), { queued: 1, more: false })
  await times(4)
  assert.equal(receiver.received[3]?.headers['webhook-id'], second?.messageId)
  await assert.rejects(replay({ from: range.to, to: range.from }), /to must be later/)
})

test('an answer that comes when another has taken over changes nothing any more', async () => {
  const { id } = await create()
  const held: (() => void)[] = []
  receiver.answer = (_, reply) => held.push(() => reply.writeHead(500).end())
  await hear()
  await times(1)
  receiver.answer = undefined
  world.advance(60_000)
  await world.runJobs()
  await allDelivered(id)
  for (const answer of held) answer()
  const other = await create()
  await hear()
  await allDelivered(other.id)
  await allDelivered(id)
  const [, first] = await log(id)
  assert.deepEqual([first?.status, first?.attempts, first?.lastStatus], ['delivered', 2, 204])
  assert.equal((await get(id)).failingSince, undefined)
})

test('a test is sent at once, also while the webhook is paused', async () => {
  const { id } = await create()
  receiver.answer = answering(500)
  for (let n = 0; n < 6; n++) await hear()
  await until('it is paused', async () => (await get(id)).pausedUntil !== undefined)
  receiver.answer = undefined
  const sent = await world.call(webhooks.testWebhook, { id }, { as })
  assert.deepEqual([sent.type, sent.status], ['webhook.test', 'queued'])
  await until('it came', () => receiver.received.some(({ body }) => JSON.parse(body).type === 'webhook.test'))
})

test('beyond the queue events are kept as skipped', async () => {
  const { id } = await create()
  receiver.answer = answering(500)
  await world.database.run`
    insert into messages (id, type, body, kept_at)
    select 'msg_full_' || n, 'shipment.created', '{}', now() from generate_series(1, ${queueLimit - 1}::integer) n`
  await world.database.run`
    insert into deliveries (id, webhook_id, message_id, type, status, due_at, queued_at, created_at)
    select 'whd_00' || id, ${id}, id, type, 'queued', now() + interval '1 year', now(), now()
    from messages where id like 'msg_full_%'`
  await world.inbox.deliver(Array.from({ length: 3 }, () => messageOf(shipmentCreated, parcel())))
  const newest = (await log(id)).slice(0, 3).map(({ status }) => status)
  assert.deepEqual(newest.sort(), ['queued', 'skipped', 'skipped'])
  assert.equal((await get(id)).queued, queueLimit)
  const range = { id, from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' }
  assert.equal((await world.call(webhooks.replayWebhookDeliveries, range, { as })).queued, 0)
  const skipped = (await log(id)).find(({ status }) => status === 'skipped')
  const one = { id, deliveryId: skipped?.id ?? '' }
  await assert.rejects(world.call(webhooks.replayWebhookDelivery, one, { as }), (e) => is(e, conflict))
})

test('what is older than deliveries are kept is forgotten', async () => {
  const { id } = await create()
  await hear()
  await allDelivered(id)
  await pass(13 * day)
  assert.equal((await log(id)).length, 1)
  await pass(2 * day)
  assert.deepEqual(await log(id), [])
  const left = await world.database.rows`select id from messages union all select delivery_id from attempts`
  assert.deepEqual(left, [])
})
