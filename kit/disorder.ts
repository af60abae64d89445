import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Static, TSchema } from 'typebox'
import type { EventType } from './contract.ts'
import { newId } from './id.ts'
import type { Message } from './message.ts'
import type { World } from './testing.ts'

/** Something that happened to things of its own, as its events tell it in order, and what comes of it. */
export interface Story {
  readonly events: readonly Said[]
  /** What the service knows in the end, without ids and times, which differ from one telling to the next. */
  readonly outcome: () => Promise<unknown>
}

export interface Said {
  readonly event: EventType
  readonly data: unknown
  readonly about: Partial<Message>
}

export function said<Data extends TSchema>(
  event: EventType<Data>,
  data: Static<Data>,
  about: Partial<Message> = {},
): Said {
  return { event, data, about }
}

export interface DisorderOptions {
  readonly runs?: number
  /** Lets time pass at the end, for what is done later. */
  readonly settleMs?: number
}

/**
 * Tells the same story in order, and then again and again in disorder: shuffled, with repeats, in batches of any
 * size. Each time it must come to the same, with no event left over. `tell` prepares things anew each time.
 */
export async function assertAnyOrder(
  world: World,
  tell: () => Promise<Story>,
  { runs = 25, settleMs = 5_000 }: DisorderOptions = {},
): Promise<void> {
  const play = async (story: Story, batches: readonly (readonly number[])[]) => {
    const messages = story.events.map(messageOf)
    for (const batch of batches) await world.inbox.deliver(batch.map((index) => messages[index] as Message))
    for (let round = 0; round < 3; round++) {
      await world.runJobs()
      world.advance(settleMs)
    }
    await world.runJobs()
    const left = await world.database.rows`
      select name, state, last_error from rialto.inbox
      where id = any(${messages.map(({ id }) => id)}) and state <> 'done'`
    assert.deepEqual(left, [])
    return story.outcome()
  }
  const ordered = await tell()
  const count = ordered.events.length
  const expected = await play(
    ordered,
    ordered.events.map((_, index) => [index]),
  )
  await fc.assert(
    fc.asyncProperty(disorder(count), async (batches) => {
      assert.deepEqual(await play(await tell(), batches), expected)
    }),
    { numRuns: runs },
  )
}

/** Every index at least once, in batches. */
function disorder(count: number): fc.Arbitrary<number[][]> {
  const indices = Array.from({ length: count }, (_, index) => index)
  const order = fc.shuffledSubarray(indices, { minLength: count, maxLength: count })
  const repeats = fc.array(fc.tuple(fc.nat(count - 1), fc.nat(2 * count)), { maxLength: count })
  const sizes = fc.array(fc.integer({ min: 1, max: count }), { minLength: 1, maxLength: 5 })
  return fc.tuple(order, repeats, sizes).map(([once, again, lengths]) => {
    const all = [...once]
    for (const [index, place] of again) all.splice(place % (all.length + 1), 0, index)
    const batches: number[][] = []
    for (let turn = 0; all.length > 0; turn++) batches.push(all.splice(0, lengths[turn % lengths.length]))
    return batches
  })
}

function messageOf({ event: { name, version }, data, about }: Said): Message {
  const id = newId('msg')
  const at = new Date().toISOString()
  const aggregate = { aggregateId: id, aggregateVersion: 1 }
  return { id, name, version, ...aggregate, source: 'test', at, data, attempt: 1, ...about }
}
