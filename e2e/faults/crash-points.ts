import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inParallel } from '../in-parallel.ts'
import type { MortalShop } from './mortal-shop.ts'
import type { Press, Story } from './stories.ts'

const file = join(import.meta.dirname, 'crash-points.json')

/** The points of each story that are known, and survived. */
export function knownPoints(): Readonly<Record<string, readonly string[]>> {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Takes the points of now for the known ones, after somebody has looked at what is new. */
export function acceptPoints(points: Readonly<Record<string, readonly string[]>>): void {
  writeFileSync(file, `${JSON.stringify(points, null, 2)}\n`)
}

/** Tells a story in which nobody dies, and answers with the points it comes to. */
export async function findPoints(shop: MortalShop, story: Story): Promise<string[]> {
  const press = await story.begin(shop)
  await shop.process.work()
  const { life, background, workInOrder } = shop.process
  background.hold()
  life.dieAt()
  await press()
  await workInOrder()
  background.free()
  return [...life.passed]
}

export interface Fate {
  readonly point: string
  /** What is wrong after it has died there and was started again; empty when it was survived. */
  readonly wrong: readonly string[]
}

/** Cards are good for an hour of the shop's time, and each death takes some of it. */
const batchSize = 40

/** Tells the story once for each point, and dies there. */
export async function dieAtEach(
  shop: MortalShop,
  story: Story,
  points: readonly string[],
): Promise<readonly Fate[]> {
  const fates: Fate[] = []
  for (let first = 0; first < points.length; first += batchSize) {
    const batch = points.slice(first, first + batchSize)
    const presses = await inParallel(batch, 4, () => story.begin(shop))
    await shop.process.work()
    for (const [index, point] of batch.entries()) {
      fates.push({ point, wrong: await dieAt(shop, presses[index] as Press, point) })
    }
  }
  return fates
}

/**
 * Dies at the point, starts again, and lets the shop recover by itself. Only then somebody presses again, as one
 * does who got no answer, and must find what was begun.
 */
async function dieAt(shop: MortalShop, press: Press, point: string): Promise<string[]> {
  if (!(await dies(shop, press, point))) return ['it does not come there any more']
  await shop.restart()
  const wrong = await shop.recover()
  if (wrong.length > 0) return wrong
  try {
    await press()
    await shop.process.work()
    return []
  } catch (error) {
    return [`pressed again: ${error instanceof Error ? error.message : String(error)}`]
  }
}

/** Tells the story, dies at the point, and answers with what is wrong as long as nobody does anything about it. */
export async function dieUnaided(shop: MortalShop, story: Story, point: string): Promise<string[]> {
  const press = await story.begin(shop)
  await shop.process.work()
  await dies(shop, press, point)
  const wrong = await shop.wrong()
  await shop.restart()
  await shop.recover()
  return wrong
}

/** Whether it has come to the point, and died there. */
async function dies(shop: MortalShop, press: Press, point: string): Promise<boolean> {
  const { life, background, workInOrder } = shop.process
  background.hold()
  life.dieAt(point)
  await press()
    .then(workInOrder)
    .catch(unlessDead(() => life.dead))
  return life.dead
}

/** Whatever a dead process throws says nothing. */
function unlessDead(isDead: () => boolean): (error: unknown) => void {
  return (error) => {
    if (!isDead()) throw error
  }
}
