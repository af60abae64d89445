import type { Message } from '@rialto/kit/message'
import { conflict, is, notFound } from '@rialto/kit/problem'
import type { Context } from '@rialto/kit/service'
import { orders } from '@rialto/orders/contract'

/**
 * Does what a person in the warehouse would: packs the order and hands it to the sandbox carrier. Keys made
 * from the job's id let it be repeated at any point; what staff did in the meantime stands.
 */
export async function packAndShip(
  { id, data: { orderId } }: Message<{ orderId: string }>,
  { call }: Pick<Context, 'call'>,
): Promise<void> {
  const order = await unlessOvertaken(() =>
    call(orders.packOrder, { id: orderId }, { idempotencyKey: `${id}-pack` }),
  )
  for (const fulfilment of order?.fulfilments ?? []) {
    if (fulfilment.status !== 'packed') continue
    const parcel = { carrier: 'Sandbox Express', trackingNumber: trackingNumberOf(fulfilment.id) }
    await unlessOvertaken(() =>
      call(
        orders.shipFulfilment,
        { id: orderId, fulfilmentId: fulfilment.id, ...parcel },
        { idempotencyKey: `${id}-ship-${fulfilment.id}` },
      ),
    )
  }
}

/** An order that was cancelled, packed or shipped by someone else needs nothing more from here. */
async function unlessOvertaken<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (is(error, conflict) || is(error, notFound)) return undefined
    throw error
  }
}

function trackingNumberOf(fulfilmentId: string): string {
  return `SBX${fulfilmentId.slice(-10).toUpperCase()}`
}
