import type { Tx } from '@rialto/kit/database'
import { schedule } from '@rialto/kit/outbox'
import type { TransactionContext } from '@rialto/kit/service'
import { closeConfirmed, noteEarlyCapture, readUnconfirmed, reopenFailed } from './checkout-store.ts'
import type { Order } from './contract.ts'
import { resumeCheckout, resumeSaga } from './jobs.ts'
import { lockOrders } from './order-store.ts'
import type { RefundEnd } from './sagas/saga.ts'
import { endRefunds, findCancelling } from './sagas/saga-store.ts'
import { saveOrders } from './save-orders.ts'

/** What a message changes. */
export interface Hearing {
  /** Of the order, or of its checkout. */
  readonly id: string
  /** Makes the change. It may say events; the same order back means that nothing changes. */
  readonly change?: (order: Order) => Order
  /** Money that was taken, in case there is no order yet. */
  readonly captured?: number
  /** Tells that the checkout's payment has moved: whether money is held or taken now, or was let go of. */
  readonly payment?: 'money' | 'no-money' | 'gone'
  /** How a refund has ended. */
  readonly refund?: RefundEnd
}

const gathered = new WeakMap<Tx, Hearing[]>()

/**
 * Several messages may share one transaction. What they change is gathered and done once before its commit:
 * the orders are locked together, in order, and the statements are as many for a hundred messages as for one.
 */
export function hear({ tx, now }: TransactionContext<unknown>, hearing: Hearing): void {
  const known = gathered.get(tx)
  if (known) {
    known.push(hearing)
    return
  }
  const hearings = [hearing]
  gathered.set(tx, hearings)
  tx.beforeCommit(async () => {
    const at = now()
    // Checkouts are locked before orders, and orders before sagas, by everybody: so nobody waits in a circle.
    const charged = hearings.filter(({ captured }) => captured !== undefined).map(({ id }) => id)
    if (charged.length > 0) await closeConfirmed(tx, charged, { state: 'done' }, at.toISOString())
    const orderless = await changeOrders(tx, hearings)
    const ended = hearings.flatMap(({ refund }) => refund ?? [])
    if (ended.length > 0) await endRefunds(tx, ended, at.toISOString())
    await moveCheckouts(tx, [...orderless, ...hearings.filter(({ change }) => !change)], at)
    await moveCancellations(tx, hearings)
  })
}

/** Changes the orders there are, and answers with the messages whose order is not there. */
async function changeOrders(tx: Tx, hearings: readonly Hearing[]): Promise<Hearing[]> {
  const changing = hearings.filter(({ change }) => change)
  if (changing.length === 0) return []
  const orders = byIds(await lockOrders(tx, [...new Set(changing.map(({ id }) => id))]))
  for (const { id, captured } of changing) {
    // The order may have come between the look for it and the note about its money.
    const noted = orders.has(id) || captured === undefined || (await noteEarlyCapture(tx, id, captured))
    if (!noted) for (const [known, order] of byIds(await lockOrders(tx, [id]))) orders.set(known, order)
  }
  const changed = new Map<string, Order>()
  const orderless: Hearing[] = []
  for (const hearing of changing) {
    const found = orders.get(hearing.id)
    if (!found) {
      orderless.push(hearing)
      continue
    }
    const order = changed.get(found.id) ?? found
    const next = hearing.change?.(order) ?? order
    if (next !== order) changed.set(next.id, next)
  }
  await saveOrders(tx, [...changed.values()])
  return orderless
}

/** Wakes checkouts that wait for their payment, and undoes failed ones for which money came after all. */
async function moveCheckouts(tx: Tx, hearings: readonly Hearing[], now: Date): Promise<void> {
  const told = hearings.filter(({ payment }) => payment)
  if (told.length === 0) return
  const paid = new Set(told.filter(({ payment }) => payment === 'money').map(({ id }) => id))
  const open = await readUnconfirmed(tx, [...new Set(told.map(({ id }) => id))])
  const failed = open.filter(({ id, step }) => step === 'failed' && paid.has(id)).map(({ id }) => id)
  if (failed.length > 0) await reopenFailed(tx, failed, now)
  const waiting = open.filter(({ step }) => waitingSteps.has(step)).map(({ id }) => id)
  for (const checkoutId of [...failed, ...waiting]) schedule(tx, resumeCheckout, { checkoutId })
}

const waitingSteps = new Set<string>(['ask', 'act', 'undo'])

/** Wakes cancellations whose money has been let go of. */
async function moveCancellations(tx: Tx, hearings: readonly Hearing[]): Promise<void> {
  const told = hearings.filter(({ payment }) => payment === 'gone').map(({ id }) => id)
  if (told.length === 0) return
  for (const sagaId of await findCancelling(tx, told)) schedule(tx, resumeSaga, { sagaId })
}

function byIds(orders: readonly Order[]): Map<string, Order> {
  return new Map(
    orders.flatMap((order) => [
      [order.id, order],
      [order.checkoutId, order],
    ]),
  )
}
