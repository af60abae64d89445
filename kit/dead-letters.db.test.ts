import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Actor } from './access.ts'
import { contract, describe, event } from './contract.ts'
import { encode } from './envelope.ts'
import { newId } from './id.ts'
import { job, type Message } from './message.ts'
import { messageOperations } from './message-operations.ts'
import { schedule } from './outbox.ts'
import { conflict, forbidden, is, notFound, unauthenticated } from './problem.ts'
import { input, Type } from './schema.ts'
import { inTransaction, on, perform, service } from './service.ts'
import { openWorld, type World } from './testing.ts'

// A service has nothing to do with it: what it cannot handle is kept, and an operator decides.

const Amount = Type.Object({ account: Type.String(), amount: Type.Integer() })
const paid = event('bill.paid', 1, Amount)
const dunning = job('dun', Type.Object({ account: Type.String() }))
const bank = contract(
  'bank',
  { version: 1, summary: 'Accounts, for tests' },
  {
    dunLater: {
      method: 'POST',
      path: '/dunning',
      access: 'service',
      summary: 'Dun',
      body: input({ account: Type.String() }),
      reply: { 202: Type.Null() },
    },
  },
)
const { listDeadLetters, getDeadLetter, replayDeadLetter, dropDeadLetter, listWaitingMessages } =
  messageOperations('bank')
const operator: Actor = { kind: 'staff', id: 'staff_1', permissions: ['operations'] }

let broken = true
let dunned = 0
let directory: string
let world: World

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bank-'))
  await mkdir(join(directory, 'migrations'))
  await writeFile(join(directory, 'migrations/001.sql'), 'create table paid (account text, amount integer)')
  world = await openWorld(
    service(bank, {
      directory,
      routes: {
        dunLater: inTransaction(async (data, { tx }) => {
          schedule(tx, dunning, data, { id: `dun_${data.account}` })
          return null
        }),
      },
      hears: [
        on(paid, async ({ data }, { tx }) => {
          if (broken) throw new Error('the till is jammed')
          await tx.run`insert into paid (account, amount) values (${data.account}, ${data.amount})`
        }),
      ],
      jobs: [
        perform(dunning, async () => {
          if (broken) throw new Error('no stamps')
          dunned++
        }),
      ],
    }),
  )
})
after(async () => {
  await world.close()
  await rm(directory, { recursive: true })
})

const letters = async () => (await world.call(listDeadLetters, { limit: 100 }, { as: operator })).items

/** Lets a message fail until it is parked, and answers with its id. */
async function park(account: string, about: Partial<Message> = {}): Promise<string> {
  const id = newId('msg')
  broken = true
  await world.hear(paid, { account, amount: 5 }, { id, aggregateId: account, ...about })
  await useUpAttempts()
  return id
}

async function useUpAttempts(): Promise<void> {
  for (let attempt = 0; attempt < 14; attempt++) {
    world.advance(700_000)
    await world.runJobs()
  }
}

const payments = (account: string) => world.database.rows<{ amount: number }>`
  select amount from paid where account = ${account}`

test('a dead letter is listed without its data and read with it', async () => {
  const id = await park('jane')
  const [listed] = (await letters()).filter((letter) => letter.id === id)
  assert.ok(listed)
  assert.deepEqual([listed.name, listed.kind, listed.attempts], ['bill.paid', 'event', 12])
  assert.match(listed.lastError ?? '', /jammed/)
  assert.ok(!('data' in listed))
  const read = await world.call(getDeadLetter, { id }, { as: operator })
  assert.deepEqual(read.data, { account: 'jane', amount: 5 })
})

test('a dead letter that is replayed takes effect once, and is one no more', async () => {
  const id = await park('replayed')
  broken = false
  await world.call(replayDeadLetter, { id }, { as: operator })
  await world.runJobs()
  await world.hear(paid, { account: 'replayed', amount: 5 }, { id })
  assert.deepEqual(await payments('replayed'), [{ amount: 5 }])
  const again = world.call(replayDeadLetter, { id }, { as: operator })
  await assert.rejects(again, (error) => is(error, notFound))
})

test('one that fails again after its replay has all its attempts, and is parked again', async () => {
  const id = await park('stubborn')
  await world.call(replayDeadLetter, { id }, { as: operator })
  await world.runJobs()
  const waiting = (await world.call(listWaitingMessages, {}, { as: operator })).items
  const [found] = waiting.filter((message) => message.id === id)
  assert.deepEqual([found?.kind, found?.attempts], ['event', 1])
  assert.match(found?.lastError ?? '', /jammed/)
  await useUpAttempts()
  assert.ok((await letters()).some((letter) => letter.id === id))
})

test('a dead letter that is dropped never takes effect, also when it comes again', async () => {
  const id = await park('dropped')
  await world.call(dropDeadLetter, { id }, { as: operator })
  broken = false
  await world.hear(paid, { account: 'dropped', amount: 5 }, { id })
  assert.deepEqual(await payments('dropped'), [])
  const again = world.call(dropDeadLetter, { id }, { as: operator })
  await assert.rejects(again, (error) => is(error, notFound))
})

test('a job that cannot be done is a dead letter, too', async () => {
  broken = true
  await world.call(bank.dunLater, { account: 'late' })
  await useUpAttempts()
  assert.equal((await world.call(getDeadLetter, { id: 'dun_late' }, { as: operator })).kind, 'job')
  broken = false
  await world.call(replayDeadLetter, { id: 'dun_late' }, { as: operator })
  await world.runJobs()
  assert.equal(dunned, 1)
})

test('an event in a version that nobody knows here waits for a newer release, then for a person', async () => {
  broken = false
  const id = newId('msg')
  await world.hear({ ...paid, version: 2 }, { account: 'newer', amount: 5 }, { id })
  const waiting = (await world.call(listWaitingMessages, {}, { as: operator })).items
  assert.match(waiting.find((message) => message.id === id)?.lastError ?? '', /bill.paid in version 2/)
  await useUpAttempts()
  assert.ok((await letters()).some((letter) => letter.id === id))
})

test('an event that no broker is there to take waits from ten seconds on, refused or not', async () => {
  const id = newId('msg')
  // Somebody is about to pass it on.
  const dueAt = new Date(world.now().getTime() + 600_000)
  await world.database
    .run`insert into rialto.outbox (id, name, version, aggregate_id, aggregate_version, data, at, due_at)
    values (${id}, 'bill.paid', 1, 'slow', 1, '{}', ${world.now()}, ${dueAt})`
  const isListed = async () =>
    (await world.call(listWaitingMessages, {}, { as: operator })).items.some((message) => message.id === id)
  world.advance(9_000)
  assert.equal(await isListed(), false)
  world.advance(2_000)
  assert.equal(await isListed(), true)
  await world.database.run`delete from rialto.outbox where id = ${id}`
})

test('what cannot be read is kept as it came, and replayed once it can be', async () => {
  broken = false
  const at = new Date().toISOString()
  const about = { aggregateId: 'raw', aggregateVersion: 1, source: 'shop', at, attempt: 1 }
  const message: Message = {
    id: newId('msg'),
    name: paid.name,
    version: 1,
    ...about,
    data: { account: 'raw', amount: 9 },
  }
  const garbage = { name: paid.name, aggregateId: 'raw', raw: 'garbage', reason: 'It is not JSON.' }
  const { inbox } = world
  await inbox.park(garbage)
  await inbox.park(garbage)
  await inbox.park({ ...garbage, raw: encode(message), reason: 'An older release could not read it.' })
  const raw = (await letters()).filter(({ aggregateId }) => aggregateId === 'raw')
  assert.equal(raw.length, 2)
  const details = await Promise.all(raw.map(({ id }) => world.call(getDeadLetter, { id }, { as: operator })))
  const [hopeless, readable] = ['garbage', encode(message)].map((text) =>
    details.find((it) => it.raw === text),
  )
  assert.ok(hopeless && readable)
  const replay = (id: string) => world.call(replayDeadLetter, { id }, { as: operator })
  await assert.rejects(replay(hopeless.id), (error) => is(error, conflict))
  assert.equal((await replay(readable.id)).id, message.id)
  await world.runJobs()
  await world.hear(paid, { account: 'raw', amount: 9 }, { id: message.id })
  assert.deepEqual(await payments('raw'), [{ amount: 9 }])
  assert.ok((await letters()).some(({ id }) => id === hopeless.id))
})

test('dead letters come in pages', async () => {
  for (let count = 0; count < 3; count++) await park('paged')
  const all = await letters()
  const first = await world.call(listDeadLetters, { limit: 2 }, { as: operator })
  const rest = await world.call(listDeadLetters, { limit: 100, after: first.next }, { as: operator })
  assert.deepEqual([...first.items, ...rest.items], all)
})

test('only who may operate the shop sees and decides', async () => {
  const others: readonly (readonly [Actor, typeof forbidden])[] = [
    [{ kind: 'anyone' }, unauthenticated],
    [{ kind: 'customer', id: 'cust_1' }, forbidden],
    [{ kind: 'staff', id: 'staff_2', permissions: ['orders'] }, forbidden],
    [{ kind: 'service', name: 'orders' }, forbidden],
  ]
  for (const [as, refusal] of others) {
    for (const operation of Object.values(messageOperations('bank'))) {
      const asked = world.call(operation, { id: 'msg_1' }, { as })
      await assert.rejects(asked, (error) => is(error, refusal), `${as.kind} ${operation.name}`)
    }
  }
})

test('every contract has these operations, under names of its own', () => {
  const names = describe(bank).operations.map(({ name }) => name)
  assert.deepEqual(names, [
    'dunLater',
    'listBankDeadLetters',
    'getBankDeadLetter',
    'replayBankDeadLetter',
    'dropBankDeadLetter',
    'listBankWaitingMessages',
  ])
})
