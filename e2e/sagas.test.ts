import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { type Database, openDatabase } from '@rialto/kit/database'
import { until } from '@rialto/kit/until'
import { orders } from '@rialto/orders/contract'
import type { ApiCall } from '@rialto/sdk'
import { databaseUrls, settledViolations } from './checker.ts'
import { stockShop } from './goods.ts'
import { openShop, type Shop } from './shop.ts'
import { type Command, openTerminal } from './terminal.ts'
import { buy, cards, openStaff, openVisitor, refusal } from './visitor.ts'

// An operator at a terminal, deciding about checkouts and refunds of which the gateway does not tell.

let shop: Shop
let staff: ApiCall
let books: Database
let shelf: Database
let variantId: string
let command: Command

before(async () => {
  shop = await openShop({ env: { ORDERS_ASK_PAUSE_MS: '1' } })
  command = openTerminal(shop, 'sagas.ts')
  staff = await openStaff(shop)
  const urls = databaseUrls(shop.dataDir)
  books = openDatabase({ url: urls.payments ?? '' })
  shelf = openDatabase({ url: urls.orders ?? '' })
  const good = { handle: 'wool-cap', title: 'Wool Cap', price: 2490, quantity: 100 }
  variantId = (await stockShop(staff, [good])).get('wool-cap')?.[0]?.id ?? ''
  await books.run`create function keep_silent() returns trigger language plpgsql as
    $$ begin new.held_from := new.held_from + interval '1 day'; return new; end $$`
})
beforeEach(() => fallSilent())
after(async () => {
  await Promise.all([books?.close(), shelf?.close()])
  await shop?.close()
})

/** The gateway takes what is asked, and does not tell what came of it: its late card is late by a day. */
async function fallSilent(): Promise<void> {
  await books.run`create or replace trigger silent before insert on sandbox_holds
    for each row when (new.outcome = 'late') execute function keep_silent()`
}

/** It tells of everything again. */
async function speak(): Promise<void> {
  await books.run`drop trigger silent on sandbox_holds`
  await books.run`update sandbox_holds set held_from = now() where outcome = 'late'`
}

/** Somebody whose payment nobody knows about. */
async function leftWaiting(): Promise<{ call: ApiCall; id: string }> {
  const { call } = openVisitor(shop)
  const { id, status } = await buy(call, { variantId }, cards.late)
  assert.equal(status, 'running')
  return { call, id }
}

const read = (id: string) => staff(orders.getSaga, { id })

test('what waits is listed and shown with its steps, its reason and what can be done', async () => {
  const { id } = await leftWaiting()
  const listed = await command('list')
  assert.match(
    listed.output,
    new RegExp(`^${id}  checkout of €.*, waiting at ask for \\d+ s, 1 attempt$`, 'm'),
  )
  assert.match(listed.output, /The payment gateway does not tell/)
  const shown = await command('show', id)
  assert.match(shown.output, /^reserve +done +1 /m)
  assert.match(shown.output, /^authorize +open +[2-9] .* waits for gateway$/m)
  assert.match(shown.output, /^you can +retry, skip, compensate$/m)
  assert.match(shown.output, /^tried next +\S+, in \d+ s$/m)
})

test('a list is narrowed by state, kind and age', async () => {
  const { id } = await leftWaiting()
  const lists = async (...words: string[]) => (await command('list', ...words)).output.includes(id)
  assert.deepEqual(
    [await lists('--kind', 'checkout'), await lists('--kind', 'refund'), await lists('--older-than', '2h')],
    [true, false, false],
  )
  await shelf.run`update checkouts set since = since - interval '3 hours' where id = ${id}`
  assert.deepEqual([await lists('--older-than', '2h'), await lists('--state', 'waiting')], [true, false])
  assert.match(
    (await command('list', '--state', 'stuck')).output,
    new RegExp(`${id} .* stuck at ask for 3 h`),
  )
})

test('a retry asks the gateway at once, and once it tells, the order is there', async () => {
  const { call, id } = await leftWaiting()
  const early = await command('retry', id)
  assert.deepEqual([early.code, early.output.includes('waiting at ask')], [0, true])
  await speak()
  assert.match(
    (await command('retry', id, '--note', 'They are back')).output,
    new RegExp(`^${id} .* confirmed`),
  )
  assert.equal((await call(orders.listOrders, {})).items[0]?.checkoutId, id)
  assert.match((await command('show', id)).output, /staff_\S+ +retry +ask → confirmed +They are back$/m)
})

test('a checkout is given up, with everything given back, and only once', async () => {
  const { call, id } = await leftWaiting()
  assert.match((await command('compensate', id)).output, new RegExp(`^${id} .*, failed`))
  assert.equal((await call(orders.getCheckout, { id })).failure?.code, 'checkout-given-up')
  const again = await command('compensate', id)
  assert.equal(again.code, 1)
  assert.match(again.output, new RegExp(`^${id}  It .*Nothing is left to do about it`))
})

test('a person tells what became of the money, and the order is there', async () => {
  const { call, id } = await leftWaiting()
  const word = ['--outcome', 'approved', '--note', 'transaction 4711']
  assert.match((await command('skip', id, ...word)).output, new RegExp(`^${id}  .* confirmed`))
  assert.equal((await call(orders.listOrders, {})).items.length, 1)
  assert.match((await command('show', id)).output, /skip \(approved\) +ask → confirmed +transaction 4711$/m)
  await speak()
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})

test('a person tells that the money never came, and nothing is kept', async () => {
  const { id } = await leftWaiting()
  const word = ['--outcome', 'declined', '--note', 'not in their books']
  await command('skip', id, ...word)
  await until('the checkout is over', async () => (await read(id)).state === 'failed')
})

test('a cancellation that has ended is found, and nothing can be done about it', async () => {
  const { call } = openVisitor(shop)
  const { orderId = '' } = await buy(call, { variantId })
  await call(orders.cancelOrder, { id: orderId })
  const ended = ['--kind', 'cancellation', '--state', 'done']
  const [id = ''] = await until('it has ended', async () =>
    /^can_\S+/m.exec((await command('list', ...ended)).output),
  )
  assert.match((await command('show', id)).output, new RegExp(`^order +${orderId}$`, 'm'))
  assert.equal((await command('retry', id)).code, 1)
})

test('what is refused for one says why and keeps nothing from the others', async () => {
  const [one, two] = [await leftWaiting(), await leftWaiting()]
  const missing = 'chk_01h455vb4pex5vsknk084sn02q'
  const done = await command('compensate', one.id, missing, two.id)
  assert.equal(done.code, 1)
  assert.match(done.output, new RegExp(`^${missing}  There is no such checkout, cancellation or refund`, 'm'))
  assert.deepEqual([(await read(one.id)).state, (await read(two.id)).state], ['failed', 'failed'])
  const { id } = await buy(openVisitor(shop).call, { variantId }, cards.secure)
  const word = ['--outcome', 'approved', '--note', 'x']
  const refused = await command('skip', id, ...word)
  assert.match(refused.output, /It is waiting at act. Possible now: retry, compensate/)
  await command('compensate', id)
})

test('a wrong command, filter or shop is told plainly', async () => {
  const wrong = [['lost'], ['show'], ['list', 'chk_1'], ['skip', 'chk_1'], ['list', '--older-than', 'soon']]
  for (const words of wrong) assert.equal((await command(...words)).code, 2, words.join(' '))
  assert.match((await command('list', '--state', 'odd')).output, /^The shop refused: state .*stuck/)
  assert.match((await command('list', '--url', 'http://127.0.0.1:2')).output, /does not answer/)
})

test('customers can neither look nor decide', async () => {
  const { call } = openVisitor(shop)
  assert.equal((await refusal(call(orders.listSagas, {}))).code, 'unauthenticated')
  await call(identity.register, { email: 'eve@shop.example', password: 'a long password', name: 'Eve' })
  assert.equal((await refusal(call(orders.listSagas, {}))).code, 'forbidden')
  assert.equal((await refusal(call(orders.retrySaga, { id: 'chk_1' }))).code, 'forbidden')
})

test('after all of this nothing is lost, double or left over', async () => {
  await speak()
  assert.deepEqual(await settledViolations(databaseUrls(shop.dataDir)), [])
})
