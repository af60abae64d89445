import { linkExpired } from '@rialto/identity/contract'
import { decodeCursor, pageOf } from '@rialto/kit/paging'
import { is, notFound } from '@rialto/kit/problem'
import type { Context, Handler } from '@rialto/kit/service'
import type { notifications } from './contract.ts'
import { findDelivery, listDeliveries as list } from './delivery-store.ts'
import { filled } from './fill-link.ts'
import type { Own } from './own.ts'

interface Query {
  readonly to?: string
  readonly after?: string
  readonly limit?: number
}

export const listDeliveries: Handler<typeof notifications.listDeliveries, Own> = (query, context) =>
  pageFor(query, context)

export const listInbox: Handler<typeof notifications.listInbox, Own> = async (query, context) => {
  demandInbox(context)
  return pageFor(query, context)
}

export const getInboxMessage: Handler<typeof notifications.getInboxMessage, Own> = async (
  { id },
  context,
) => {
  demandInbox(context)
  const delivery = await findDelivery(context.database, id)
  if (!delivery) throw notFound('There is no such message.')
  const { linkId: _, ...read } = await filled(delivery, context.call).catch((error) => {
    // Its link is over; the message can still be read.
    if (is(error, linkExpired)) return delivery
    throw error
  })
  return read
}

async function pageFor({ to, after, limit = 20 }: Query, { database }: Context<Own>) {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  const found = await list(database, { to, after: last, limit })
  return pageOf(
    found.map(({ linkId: _, ...delivery }) => delivery),
    limit,
    ({ id }) => [id],
  )
}

function demandInbox({ own }: Context<Own>): void {
  if (!own.inbox) throw notFound('There is nothing at this address.')
}
