import { setTimeout } from 'node:timers/promises'
import type { Context } from '@rialto/kit/service'
import { advance, isFinal, keptSteps, waits } from './checkout-steps.ts'
import { type Checkout, readCheckout, saveProgress, saveWait } from './checkout-store.ts'
import { confirmCheckout } from './confirm-checkout.ts'
import { performStep } from './perform-step.ts'

/** More turns than the longest way through the steps, also when others move the checkout meanwhile. */
const turnsLimit = 30
/** Time to leave for the answer to reach the caller. */
const reserveMs = 2_000

/**
 * Takes a checkout as far as it goes now, from its stored step. Any number of requests and replicas may do so at
 * once: peers know repeats by the checkout's id, and a change is stored only if nobody else has made one.
 * `pausesMs` says how often and after which pauses an unknown payment is asked for again.
 */
export async function conduct(
  checkout: Checkout,
  context: Context<unknown>,
  pausesMs: readonly number[] = [],
): Promise<Checkout> {
  const pauses = [...pausesMs]
  let current = checkout
  let stored = checkout.steps
  for (let turn = 0; turn < turnsLimit && !isFinal(current.step); turn++) {
    const moved = await move(current, context)
    if (!moved) {
      current = (await readCheckout(context.database, 'everyone', checkout.id)) ?? current
      stored = current.steps
      continue
    }
    const waiting = waits(current.step, moved.step)
    if (moved.version !== current.version) stored = moved.steps
    current = moved
    if (waiting && !(current.step === 'ask' && (await pause(pauses.shift(), context.deadline)))) break
  }
  if (!isFinal(current.step) && current.steps !== stored) await saveWait(context.database, current)
  return current
}

/** One step. Undefined when somebody else has moved the checkout since it was read. */
async function move(checkout: Checkout, context: Context<unknown>): Promise<Checkout | undefined> {
  const outcome = await performStep(checkout, context)
  const next = advance(checkout, outcome, context.now())
  if (next.step === 'confirmed') return confirmCheckout({ ...checkout, steps: next.steps }, context)
  const kept = keptSteps.has(next.step) && next.step !== checkout.step
  return kept ? saveProgress(context.database, next) : next
}

async function pause(ms: number | undefined, deadline: number): Promise<boolean> {
  if (ms === undefined || Date.now() + ms + reserveMs > deadline) return false
  await setTimeout(ms)
  return true
}
