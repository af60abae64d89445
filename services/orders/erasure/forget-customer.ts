import type { customerErased } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { Context, TransactionContext } from '@rialto/kit/service'
import { forgetCustomer as job } from '../jobs.ts'
import { anonymiseCheckouts, anonymiseOrders, isLeft } from './erasure-store.ts'

const batch = 100
const laterMs = 86_400_000

export async function onCustomerErased(
  { data: { customerId } }: Message<Static<typeof customerErased.schema>>,
  { tx }: TransactionContext<unknown>,
): Promise<void> {
  schedule(tx, job, { customerId })
}

/** Orders stay for the books, without the person. Those under way need the address: a day later it looks again. */
export async function forgetCustomer(
  { data: { customerId } }: Message<Static<typeof job.schema>>,
  { database, now }: Context<unknown>,
): Promise<void> {
  let changed: number
  do {
    changed = await database.transaction(
      async (tx) =>
        (await anonymiseOrders(tx, customerId, batch)) + (await anonymiseCheckouts(tx, customerId, batch)),
    )
  } while (changed > 0)
  await database.transaction(async (tx) => {
    if (await isLeft(tx, customerId))
      schedule(tx, job, { customerId }, { at: new Date(now().getTime() + laterMs) })
  })
}
