import { decodeCursor, pageOf } from '@rialto/kit/paging'
import { notFound } from '@rialto/kit/problem'
import type { Context, Handler } from '@rialto/kit/service'
import type { notifications } from './contract.ts'
import { findDelivery, listDeliveries as list } from './delivery-store.ts'
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
  return delivery
}

async function pageFor({ to, after, limit = 20 }: Query, { database }: Context<Own>) {
  const last = after === undefined ? undefined : decodeCursor(after, ['text'])[0]
  return pageOf(await list(database, { to, after: last, limit }), limit, ({ id }) => [id])
}

function demandInbox({ own }: Context<Own>): void {
  if (!own.inbox) throw notFound('There is nothing at this address.')
}
