import { decodeCursor, pageOf } from '@rialto/kit/paging'
import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { webhooks } from './contract.ts'
import { findDelivery, listAttempts, listDeliveries } from './delivery-store.ts'
import { eventTypes } from './event-types.ts'
import type { Own } from './own.ts'
import { missing, show } from './webhook.ts'
import { findWebhook, listWebhooks as list } from './webhook-store.ts'

export const listWebhookEventTypes: Handler<typeof webhooks.listWebhookEventTypes, Own> = async () => ({
  items: eventTypes,
})

export const listWebhooks: Handler<typeof webhooks.listWebhooks, Own> = async (
  { after, limit = 20 },
  { database },
) => {
  const page = pageOf(await list(database, { after: idAfter(after), limit }), limit, ({ id }) => [id])
  return { ...page, items: await show(database, page.items) }
}

export const getWebhook: Handler<typeof webhooks.getWebhook, Own> = async ({ id }, { database }) => {
  const [webhook] = await show(database, [(await findWebhook(database, id)) ?? missing()])
  return webhook ?? missing()
}

export const listWebhookDeliveries: Handler<typeof webhooks.listWebhookDeliveries, Own> = async (
  { id: webhookId, after, limit = 20, ...filter },
  { database },
) => {
  if (!(await findWebhook(database, webhookId))) missing()
  const rows = await listDeliveries(database, { ...filter, webhookId, after: idAfter(after), limit })
  return pageOf(rows, limit, ({ id }) => [id])
}

export const getWebhookDelivery: Handler<typeof webhooks.getWebhookDelivery, Own> = async (
  { id: webhookId, deliveryId: id },
  { database },
) => {
  const [delivery, history] = await Promise.all([
    findDelivery(database, { id, webhookId }),
    listAttempts(database, id),
  ])
  if (!delivery) throw notFound('There is no such delivery. It may be older than deliveries are kept.')
  return { ...delivery, history }
}

function idAfter(after: string | undefined): string | undefined {
  return after === undefined ? undefined : decodeCursor(after, ['text'])[0]
}
