import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Database, openDatabase } from './database.ts'
import { type Inbox, openInbox } from './inbox.ts'
import { job } from './message.ts'
import { schedule, wakeAfterCommit } from './outbox.ts'
import { Type } from './schema.ts'
import { silent } from './telemetry.ts'
import { openKitDatabase } from './testing.ts'
import { until } from './until.ts'

// Who works on a job, while it lasts and when its worker dies.

const build = job('build', Type.Object({ what: Type.String() }))
const aLittle = 5_000
const longerThanAnyLease = 60_000

let database: Database
let close: () => Promise<void>
let offsetMs = 0
const now = () => new Date(Date.now() + offsetMs)

before(async () => {
  ;({ database, close } = await openKitDatabase('inbox'))
  wakeAfterCommit(database, { now, events: () => {}, jobs: () => {} })
})
after(() => close?.())

/** A replica that begins jobs and ends them when it is let. */
function openWorker(on: Database) {
  const began: string[] = []
  const { promise: end, resolve: letEnd } = Promise.withResolvers<void>()
  const perform = async ({ id }: { id: string }) => {
    began.push(id)
    await end
  }
  const options = { hear: async () => {}, perform, log: silent, now, pollMs: 60_000, renewMs: 20 }
  const inbox: Inbox = openInbox({ service: 'things', database: on, ...options })
  return { began, letEnd, inbox }
}

async function give(id: string): Promise<void> {
  await database.transaction(async (tx) => schedule(tx, build, { what: 'a house' }, { id }))
}

async function dueAt(id: string): Promise<number> {
  const row = await database.row<{ dueAt: string }>`select due_at from rialto.inbox where id = ${id}`
  return Date.parse(row?.dueAt ?? '')
}

test('work that takes longer than a lease stays with who does it', async () => {
  const [first, second] = [openWorker(database), openWorker(database)]
  await give('long')
  first.inbox.kick()
  await until('the work has begun', () => first.began.length === 1)
  for (let round = 0; round < 5; round++) {
    offsetMs += aLittle
    await until('the lease is renewed', async () => (await dueAt('long')) > now().getTime() + aLittle)
    await second.inbox.runDue()
  }
  // Nor does who does it begin it again.
  first.inbox.kick()
  first.letEnd()
  await first.inbox.runDue()
  await second.inbox.stop()
  await first.inbox.stop()
  assert.deepEqual([first.began, second.began], [['long'], []])
  assert.ok(Number.isNaN(await dueAt('long')))
})

test('work that hangs is begun anew, in the end', async () => {
  const worker = openWorker(database)
  await give('hanging')
  worker.inbox.kick()
  await until('the work has begun', () => worker.began.length === 1)
  offsetMs += 700_000
  worker.inbox.kick()
  await until('it has begun anew', () => worker.began.length === 2)
  worker.letEnd()
  await worker.inbox.stop()
})

test('what a dead one had begun is taken by another once its lease is over', async () => {
  const mortal = openDatabase({ url: database.url })
  const [first, second] = [openWorker(mortal), openWorker(database)]
  await give('left')
  first.inbox.kick()
  await until('the work has begun', () => first.began.length === 1)
  await mortal.close()
  second.letEnd()
  await second.inbox.runDue()
  assert.deepEqual(second.began, [])
  offsetMs += longerThanAnyLease
  await second.inbox.runDue()
  assert.deepEqual(second.began, ['left'])
  first.letEnd()
  await Promise.all([first.inbox.stop(), second.inbox.stop()])
})
