import type { Context } from '@rialto/kit/service'
import { type Standing, type Terms, withinTime } from './gateway.ts'
import { measureGateway, type Question } from './measure-gateway.ts'
import { gatewayOf, type Own } from './own.ts'
import { isUnfinished, nextStep, type Step, type StoredPayment } from './payment.ts'
import { askNoMore } from './payment-store.ts'
import { record } from './record.ts'
import { giveBack, refund } from './refund.ts'

/** What work on a payment needs, in a request as well as in a job. */
export type Workplace = Pick<Context<Own>, 'database' | 'own' | 'log' | 'now' | 'newId'>

/** Far more than the longest way through a payment's life. */
const stepsLimit = 50

/**
 * Brings the payment as near as it goes to what the shop wants of it, step by step. What a gateway leaves open is
 * taken up again at its `ask_at`, which is written with whatever is wanted. Several may do this at once: the gateway
 * repeats nothing, and of two changes one waits for the other.
 */
export async function settle(payment: StoredPayment, workplace: Workplace): Promise<StoredPayment> {
  let current = payment
  for (let count = 0; count < stepsLimit; count++) {
    const step = nextStep(current, workplace.now())
    const after = step ? await take(step, current, workplace) : current
    if (after === current) break
    current = after
  }
  const finished = !isUnfinished(current, workplace.now())
  if (finished && current.askAt !== null) await askNoMore(workplace.database, current)
  return current
}

/** Asks the gateway how the payment stands, whatever we believe. */
export function ask(payment: StoredPayment, workplace: Workplace): Promise<Standing> {
  const gateway = gatewayOf(workplace.own, payment.gateway)
  return patiently(workplace, 'status', (terms) => gateway.status(payment.checkoutId, terms))
}

/** Calls a gateway within the time it is given. */
export function patiently<Answer extends { kind: string }>(
  { own, log, now }: Workplace,
  what: Question,
  call: (terms: Terms) => Promise<Answer>,
): Promise<Answer | { kind: 'unknown' }> {
  const ask = () =>
    withinTime((signal) => call({ now: now(), signal }), { timeoutMs: own.gatewayTimeoutMs, log })
  return measureGateway(what, ask)
}

/** Returns the very same payment when there is no getting on just now. */
async function take(step: Step, payment: StoredPayment, workplace: Workplace): Promise<StoredPayment> {
  const gateway = gatewayOf(workplace.own, payment.gateway)
  const { checkoutId: reference, amount, currency } = payment
  switch (step.kind) {
    case 'refund': {
      const call = (id: string, refunded: number) =>
        patiently(workplace, 'refund', (terms) =>
          gateway.refund({ reference, refundId: id, amount: { amount: refunded, currency } }, terms),
        )
      return refund(payment, step.refund, call, workplace)
    }
    case 'give-back':
      return giveBack(payment, workplace)
    case 'ask':
      return note(payment, await ask(payment, workplace), workplace)
    case 'capture': {
      const request = { reference, amount: { amount, currency } }
      const standing = await patiently(workplace, 'capture', (terms) => gateway.capture(request, terms))
      return note(payment, standing, workplace)
    }
    case 'void':
      return note(
        payment,
        await patiently(workplace, 'void', (terms) => gateway.void(reference, terms)),
        workplace,
      )
  }
}

/** Silence tells nothing new about a payment that was heard of before. */
function note(
  payment: StoredPayment,
  standing: Standing,
  workplace: Workplace,
): Promise<StoredPayment> | StoredPayment {
  return standing.kind === 'unknown' ? payment : record(payment, standing, workplace)
}
