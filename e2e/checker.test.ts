import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openDatabase } from '@rialto/kit/database'
import { databaseUrls, services, settledViolations, type Urls, violationsIn } from './checker.ts'
import { invariants } from './invariants.ts'
import { openShop, type Shop } from './shop.ts'
import { trade } from './trade.ts'
import { openStaff } from './visitor.ts'

// A checker that nobody has seen bite proves nothing: each rule meets a shop that breaks it.

interface Corruption {
  readonly what: string
  /** What the checker has to say. */
  readonly breaks: RegExp
  readonly database: (typeof services)[number]
  readonly script: string
}

const copyOf = (table: string, changes: object) =>
  `insert into ${table} select (jsonb_populate_record(o, '${JSON.stringify(changes)}')).* from ${table} o limit 1`

const corruptions: readonly Corruption[] = [
  {
    what: 'a checkout that nobody finishes',
    breaks: /every checkout is decided/,
    database: 'orders',
    script: `update checkouts set step = 'undo', wake_at = now() where step = 'failed'`,
  },
  {
    what: 'a cancellation that nobody finishes',
    breaks: /every cancellation and refund has come to its end/,
    database: 'orders',
    script: `update sagas set step = 'money', wake_at = now() where kind = 'cancellation'`,
  },
  {
    what: 'an order that was never charged',
    breaks: /every order that stands is charged/,
    database: 'payments',
    script: `update payments set status = 'authorized', captured = 0 where status = 'captured'`,
  },
  {
    what: 'a paid checkout whose order is lost',
    breaks: /exactly one order.* has 0 orders/,
    database: 'orders',
    script: `delete from sagas; delete from orders where cancelled_at is null`,
  },
  {
    what: 'a checkout that became two orders',
    breaks: /exactly one order.* has 2 orders/,
    database: 'orders',
    script: `alter table orders drop constraint one_per_checkout;
      ${copyOf('orders', { id: 'ord_copy', number: 'R-COPY' })}`,
  },
  {
    what: 'a payment of another amount than its order',
    breaks: /exactly one payment/,
    database: 'payments',
    script: `update payments set amount = amount + 1 where status = 'captured'`,
  },
  {
    what: 'a payment that was made twice',
    breaks: /exactly one payment.* has 2 payments/,
    database: 'payments',
    script: `alter table payments drop constraint payments_checkout_id_key;
      insert into payments select (jsonb_populate_record(p, '{"id": "pay_copy"}')).*
        from payments p where status = 'captured' limit 1`,
  },
  {
    what: 'money held for a checkout that failed',
    breaks: /no money is held.* holds money/,
    database: 'payments',
    script: `update payments set status = 'authorized' where status = 'declined'`,
  },
  {
    what: 'money kept for a cancelled order',
    breaks: /no money is held.* keeps/,
    database: 'payments',
    script: `update payments set captured = amount, refunded = 0, status = 'captured'
      where status in ('voided', 'refunded')`,
  },
  {
    what: 'a payment that is never asked for again',
    breaks: /no payment is left open/,
    database: 'payments',
    script: `update payments set status = 'unknown' where status = 'captured'`,
  },
  {
    what: 'an order that knows of less money than its payment',
    breaks: /orders and payments agree/,
    database: 'orders',
    script: `update orders set captured = captured - 1 where captured > refunded`,
  },
  {
    what: 'more given back than was taken',
    breaks: /never more is given back.* gave back/,
    database: 'payments',
    script: `alter table payments drop constraint never_refunded_above_captured;
      update payments set refunded = captured + 1 where status = 'captured'`,
  },
  {
    what: 'units that came from nowhere',
    breaks: /stock adds up.* received, but/,
    database: 'inventory',
    script: `alter table stock drop constraint nothing_gets_lost; update stock set free = free + 1`,
  },
  {
    what: 'stock below nothing',
    breaks: /stock adds up.* -\d+ free/,
    database: 'inventory',
    script: `alter table stock drop constraint never_oversold; alter table stock drop constraint nothing_gets_lost;
      update stock set free = -free - 1`,
  },
  {
    what: 'a sale that left no movement',
    breaks: /the ledger of movements/,
    database: 'inventory',
    script: `delete from movements where kind = 'commit'`,
  },
  {
    what: 'an order of more than was sold',
    breaks: /what is sold/,
    database: 'orders',
    script: `update orders set lines = jsonb_set(lines, '{0,quantity}', '7') where cancelled_at is null`,
  },
  {
    what: 'goods held for a checkout that failed',
    breaks: /nothing stays reserved/,
    database: 'orders',
    script: `update checkouts set step = 'failed', failure = '{}', wake_at = null where step = 'act'`,
  },
  {
    what: 'a posting with one side only',
    breaks: /each posting of the ledger.*whole ledger/s,
    database: 'payments',
    script: `alter table ledger_entries disable trigger user; delete from ledger_entries where account = 'revenue'`,
  },
  {
    what: 'a payment that was never booked',
    breaks: /the ledger tells of each payment/,
    database: 'payments',
    script: `alter table ledger_entries disable trigger user; delete from ledger_entries`,
  },
  {
    what: 'a customer who was told nothing',
    breaks: /told exactly once.*no mail/,
    database: 'notifications',
    script: `delete from deliveries where template = 'order-placed'`,
  },
  {
    what: 'a customer who was told twice',
    breaks: /told exactly once.*2 mails/,
    database: 'notifications',
    script: `alter table deliveries drop constraint deliveries_once;
      insert into deliveries select (jsonb_populate_record(d, '{"id": "ntf_copy"}')).*
        from deliveries d where template = 'order-placed' limit 1`,
  },
  {
    what: 'a mail of an order that does not exist',
    breaks: /told exactly once.*without a reason/,
    database: 'notifications',
    script: `update deliveries set subject = 'Your order R-NONE' where template = 'order-placed'`,
  },
  ...['order-cancelled', 'order-refunded', 'order-shipped', 'order-delivered'].flatMap(
    (template): Corruption[] => [
      {
        what: `a customer without the mail ${template}`,
        breaks: new RegExp(`told exactly once.*${template}.*no mail`),
        database: 'notifications',
        script: `delete from deliveries where template = '${template}'`,
      },
      {
        what: `a customer with the mail ${template} twice`,
        breaks: new RegExp(`told exactly once.*${template}.*2 mails`),
        database: 'notifications',
        script: `alter table deliveries drop constraint deliveries_once;
          insert into deliveries select (jsonb_populate_record(d, '{"id": "ntf_copy"}')).*
            from deliveries d where template = '${template}' limit 1`,
      },
    ],
  ),
  {
    what: 'a service that never heard of an order',
    breaks: /heard exactly once.*in shipping: heard 0 times/,
    database: 'shipping',
    script: `delete from rialto.inbox where name = 'order.placed'`,
  },
  {
    what: 'an order that was said twice',
    breaks: /heard exactly once.*in payments: heard 2 times/,
    database: 'payments',
    script: `insert into rialto.inbox select (jsonb_populate_record(i, '{"id": "msg_copy"}')).*
      from rialto.inbox i where name = 'order.placed' limit 1`,
  },
  {
    what: 'goods that were sold for another checkout',
    breaks: /left the stock once/,
    database: 'inventory',
    script: `update movements set reference = 'chk_other' where kind = 'commit'`,
  },
  {
    what: 'a sale that was counted twice',
    breaks: /counted each sale once/,
    database: 'search',
    script: `insert into sales (variant_id, quantity) select variant_id, 1 from variants limit 1`,
  },
  {
    what: 'a coupon that counts for nobody',
    breaks: /each use of a coupon.*2 uses counted/,
    database: 'pricing',
    script: `update promotions set used = used + 1`,
  },
  {
    what: 'a coupon that a failed checkout keeps',
    breaks: /each use of a coupon.*is failed and uses/,
    database: 'orders',
    script: `update checkouts set step = 'failed', failure = '{}', order_id = null, wake_at = null
      where step = 'confirmed'`,
  },
  {
    what: 'a mail that was not sent',
    breaks: /no mail is left unsent/,
    database: 'notifications',
    script: `update deliveries set status = 'queued'`,
  },
  {
    what: 'an event that was given up',
    breaks: /still on its way.*dead letters/,
    database: 'cart',
    script: `insert into rialto.inbox
      (id, kind, name, version, aggregate_id, aggregate_version, source, at, state, due_at)
      values ('msg_dead', 'event', 'order.placed', 1, 'x', 1, 'orders', now(), 'dead', now())`,
  },
  {
    what: 'an event that does not leave its service',
    breaks: /still on its way.*outbox/,
    database: 'catalog',
    script: `insert into rialto.outbox (id, name, version, aggregate_id, aggregate_version, data, at)
      values ('msg_stuck', 'product.changed', 1, 'x', 1, '{}', now())`,
  },
]

let shop: Shop
let urls: Urls

before(async () => {
  shop = await openShop()
  urls = databaseUrls(shop.dataDir)
  await trade(shop, await openStaff(shop))
})
after(() => shop?.close())

test('a shop in which all went well has no violations', async () => {
  assert.deepEqual(await settledViolations(urls), [])
})

for (const { what, breaks, database, script } of corruptions) {
  test(`the checker finds ${what}`, async () => {
    const found = await violationsAfter(database, script)
    assert.match(found.join('\n'), breaks)
  })
}

test('each rule of the checker was seen to bite', () => {
  const broken = invariants.filter(({ says }) => !corruptions.some(({ breaks }) => bites(breaks, says)))
  assert.deepEqual(
    broken.map(({ says }) => says),
    [],
  )
})

/** Whether the first words of the pattern are those of the rule. */
function bites({ source }: RegExp, says: string): boolean {
  return says.includes(source.split('.*')[0] ?? '')
}

/** What the checker says about a corrupted database. Nobody else sees the corruption, and it is undone. */
async function violationsAfter(name: string, script: string): Promise<string[]> {
  const opened = Object.fromEntries(
    services.map((service) => [service, openDatabase({ url: urls[service] ?? '', poolSize: 2 })]),
  )
  const undo = new Error('undo')
  let found: string[] = []
  try {
    await opened[name]?.transaction(async (tx) => {
      await tx.script(script)
      found = await violationsIn({ ...opened, [name]: tx })
      throw undo
    })
  } catch (error) {
    if (error !== undo) throw error
  } finally {
    await Promise.all(Object.values(opened).map((database) => database.close()))
  }
  return found
}
