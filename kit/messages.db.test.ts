import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { contract, event } from './contract.ts'
import { job } from './message.ts'
import { emit, schedule, unschedule } from './outbox.ts'
import { is, keyReused, notFound } from './problem.ts'
import { input, Type } from './schema.ts'
import { inTransaction, on, perform, service } from './service.ts'
import { openWorld, type World } from './testing.ts'

const Amount = Type.Object({ account: Type.String(), amount: Type.Integer() })
const deposited = event('account.deposited', 1, Amount)
const bonusGranted = event('bonus.granted', 1, Amount)
const remind = job('remind', Type.Object({ account: Type.String() }))

const bank = contract(
  'bank',
  { version: 1, summary: 'Accounts, for tests', events: [deposited] },
  {
    deposit: {
      method: 'POST',
      path: '/deposits',
      access: 'service',
      summary: 'Deposit',
      body: input(Amount.properties),
      reply: { 201: Type.Object({ balance: Type.Integer() }) },
    },
    remindLater: {
      method: 'POST',
      path: '/reminders',
      access: 'service',
      summary: 'Remind',
      body: input({ account: Type.String(), cancel: Type.Boolean() }),
      reply: { 202: Type.Null() },
    },
    getBalance: {
      method: 'GET',
      path: '/balances/:account',
      access: 'service',
      summary: 'Balance',
      reply: { 200: Type.Object({ balance: Type.Integer() }) },
    },
  },
)

let failures = 0
let reminders = 0
let directory: string
let world: World

const add = (tx: Parameters<typeof emit>[0], account: string, amount: number) => tx.row<{ balance: number }>`
  insert into accounts (id, balance) values (${account}, ${amount})
  on conflict (id) do update set balance = accounts.balance + excluded.balance returning balance`

function bankService() {
  return service(bank, {
    directory,
    routes: {
      deposit: inTransaction(async ({ account, amount }, { tx }) => {
        const { balance } = (await add(tx, account, amount)) ?? { balance: 0 }
        emit(tx, deposited, { account, amount }, { id: account, version: balance })
        if (amount === 13) throw new Error('unlucky')
        return { balance }
      }),
      remindLater: inTransaction(async ({ account, cancel }, { tx, now }) => {
        if (cancel) await unschedule(tx, `remind-${account}`)
        else
          schedule(
            tx,
            remind,
            { account },
            { id: `remind-${account}`, at: new Date(now().getTime() + 60_000) },
          )
        return null
      }),
      getBalance: async ({ account }, { database }) => {
        const row = await database.row<{
          balance: number
        }>`select balance from accounts where id = ${account}`
        if (!row) throw notFound('No such account.')
        return row
      },
    },
    hears: [
      on(bonusGranted, async ({ data }, { tx }) => {
        await add(tx, data.account, data.amount)
        if (failures-- > 0) throw new Error('the hearer stumbles')
      }),
    ],
    jobs: [
      perform(remind, async () => {
        reminders++
        if (reminders === 1) throw new Error('the first reminder fails')
      }),
    ],
  })
}

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bank-'))
  await mkdir(join(directory, 'migrations'))
  await writeFile(
    join(directory, 'migrations/001-accounts.sql'),
    'create table accounts (id text primary key, balance bigint not null)',
  )
  world = await openWorld(bankService())
})
after(async () => {
  await world.close()
  await rm(directory, { recursive: true })
})

const balance = async (account: string) => (await world.call(bank.getBalance, { account })).balance

test('what is said in a transaction is heard, what is rolled back is not', async () => {
  await world.call(bank.deposit, { account: 'said', amount: 5 })
  await assert.rejects(world.call(bank.deposit, { account: 'said', amount: 13 }), /unlucky/)
  assert.deepEqual(
    (await world.said(deposited)).filter(({ account }) => account === 'said'),
    [{ account: 'said', amount: 5 }],
  )
  assert.equal(await balance('said'), 5)
})

test('an event that comes twice takes effect once', async () => {
  const about = { id: 'msg_twice' }
  await world.hear(bonusGranted, { account: 'twice', amount: 3 }, about)
  await world.hear(bonusGranted, { account: 'twice', amount: 3 }, about)
  assert.equal(await balance('twice'), 3)
})

test('an event whose hearer fails is retried after a pause and takes effect once', async () => {
  failures = 2
  await world.hear(bonusGranted, { account: 'late', amount: 4 })
  await assert.rejects(balance('late'), (error) => is(error, notFound))
  world.advance(10_000)
  await world.runJobs()
  assert.equal(await balance('late'), 4)
})

test('an event that can never be handled is parked as a dead letter', async () => {
  failures = 1_000
  await world.hear(bonusGranted, { account: 'never', amount: 4 })
  for (let attempt = 0; attempt < 14; attempt++) {
    world.advance(700_000)
    await world.runJobs()
  }
  failures = 0
  const dead = await world.database.rows<{
    lastError: string
  }>`select last_error from rialto.inbox where state = 'dead'`
  assert.equal(dead.length, 1)
  assert.match(dead[0]?.lastError ?? '', /stumbles/)
})

test('the same request under one key changes something once, also when both come at once', async () => {
  const once = { idempotencyKey: 'key-1' }
  const deposit = () => world.call(bank.deposit, { account: 'keyed', amount: 7 }, once)
  const replies = await Promise.all([deposit(), deposit(), deposit()])
  assert.deepEqual(replies, [{ balance: 7 }, { balance: 7 }, { balance: 7 }])
  assert.equal(await balance('keyed'), 7)
})

test('a key that was used for another request is refused', async () => {
  await world.call(bank.deposit, { account: 'reused', amount: 1 }, { idempotencyKey: 'key-2' })
  const other = world.call(bank.deposit, { account: 'reused', amount: 2 }, { idempotencyKey: 'key-2' })
  await assert.rejects(other, (error) => is(error, keyReused))
})

test('a request that failed may be repeated under its key', async () => {
  const request = () =>
    world.call(bank.deposit, { account: 'failed', amount: 13 }, { idempotencyKey: 'key-3' })
  await assert.rejects(request(), /unlucky/)
  await assert.rejects(request(), /unlucky/)
})

test('scheduled work is done when it is due, is retried, and can be cancelled before', async () => {
  await world.call(bank.remindLater, { account: 'kept', cancel: false })
  await world.call(bank.remindLater, { account: 'dropped', cancel: false })
  await world.call(bank.remindLater, { account: 'dropped', cancel: true })
  await world.runJobs()
  assert.equal(reminders, 0)
  world.advance(61_000)
  await world.runJobs()
  assert.equal(reminders, 1)
  world.advance(5_000)
  await world.runJobs()
  assert.equal(reminders, 2)
})

test('a migration that was changed after it ran stops the boot', async () => {
  const { migrate } = await import('./migrate.ts')
  writeFileSync(join(directory, 'migrations/001-accounts.sql'), 'select 1')
  await assert.rejects(migrate(world.database, directory), /001-accounts.sql was changed/)
})
