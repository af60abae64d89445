import assert from 'node:assert/strict'
import { newId } from '@rialto/kit/id'
import { is, unavailable } from '@rialto/kit/problem'
import { paymentCaptured } from '@rialto/payments/contract'
import { type Order, orders, type SagaDetails, sagaActionRefused } from '../contract.ts'
import { staff as as } from '../testing.ts'
import { openShop } from '../testing-shop.ts'

export const eur = (amount: number) => ({ amount, currency: 'EUR' })

/** A shop as its operator sees it. */
export async function openOperator() {
  const shop = await openShop()
  const { peers, world } = shop
  const read = (id: string) => world.call(orders.getSaga, { id }, { as })
  const newest = async (kind: SagaDetails['kind']): Promise<SagaDetails> => {
    const { items } = await world.call(orders.listSagas, { kind, limit: 1 }, { as })
    return read(items[0]?.id ?? '')
  }
  const paid = async (): Promise<Order> => {
    const { id, checkoutId, total } = await shop.buy()
    await world.hear(paymentCaptured, { paymentId: newId('pay'), checkoutId, amount: eur(total) })
    return world.call(orders.getOrder, { id })
  }
  return {
    ...shop,
    as,
    read,
    newest,
    paid,
    cancelled: async (): Promise<SagaDetails> => {
      await world.call(orders.cancelOrder, { id: (await paid()).id }, { as })
      return newest('cancellation')
    },
    refunding: async (amount = 100): Promise<{ order: Order; id: string }> => {
      const wanted = { id: (await paid()).id, amount: eur(amount), reason: 'A dent' }
      const order = await world.call(orders.refundOrder, wanted, { as })
      return { order, id: order.refunds[0]?.id ?? '' }
    },
    retry: (id: string) => world.call(orders.retrySaga, { id }, { as }),
    skip: (id: string, outcome: 'approved' | 'declined') =>
      world.call(orders.skipSaga, { id, outcome, note: 'transaction 4711' }, { as }),
    compensate: (id: string) => world.call(orders.compensateSaga, { id, note: 'Asked by phone' }, { as }),
    /** From here on these requests find nobody. */
    away: (...names: string[]) => {
      peers.reach = (point) => {
        if (names.some((name) => point === `${name} is asked`)) throw unavailable('It is away.', {})
      }
    },
    later: async (ms = 31_000) => {
      shop.advance(ms)
      await shop.runJobs()
    },
    /** Everybody is there again, and whatever is open comes to its end. */
    calmDown: async () => {
      const well = { mute: false, refusal: undefined, gatewayAnswer: 'authorized', reach: shop.fate.reach }
      Object.assign(peers, well)
      await shop.settle()
      peers.gatewayAnswer = 'unknown'
    },
  }
}

export type Operator = Awaited<ReturnType<typeof openOperator>>

/** It cannot be done now, and the answer says what can. */
export function refused(asking: Promise<unknown>, allows: string[]): Promise<void> {
  return assert.rejects(asking, (error) => {
    assert.ok(is(error, sagaActionRefused), String(error))
    assert.deepEqual(error.details.allows, allows)
    return true
  })
}

export function stepsOf({ steps }: SagaDetails): string[] {
  return steps.map(({ name, state }) => `${name} ${state}`)
}
