import type { Database } from '@rialto/kit/database'
import type { ApiCall } from '@rialto/sdk'
import { webhooks } from '@rialto/webhooks/contract'

// Somebody outside who wants to be told of orders. Nothing is sent to them here: what is to be sent is recorded.

export async function subscribe(call: ApiCall): Promise<void> {
  await call(webhooks.createWebhook, {
    url: 'https://receiver.example/',
    eventTypes: ['order.placed', 'order.changed', 'order.cancelled', 'order.refunded'],
  })
}

export interface Known {
  readonly id: string
  readonly version: number
  readonly cancellations: number
  readonly refunds: number
}

export interface Told {
  readonly type: string
  readonly orderId: string
  readonly count: number
  readonly differing: number
  readonly version: number | null
}

/** What the subscriber will not be told, or more than once. */
export async function untold(databases: { orders: Database; webhooks: Database }): Promise<string[]> {
  const known = await databases.orders.rows<Known>`
    select id, version::integer as version, (status = 'cancelled')::integer as cancellations,
      (select count(*) from jsonb_array_elements(refunds) r where r->>'status' = 'done')::integer as refunds
    from orders`
  const told = await databases.webhooks.rows<Told>`
    select m.type, m.body::jsonb->'data'->>'orderId' as order_id, count(*)::integer as count,
      count(distinct m.body::jsonb->'data'->>'version')::integer as differing,
      max((m.body::jsonb->'data'->>'version')::integer) as version
    from deliveries d join messages m on m.id = d.message_id where m.type like 'order.%' group by 1, 2`
  return gaps(known, told)
}

export function gaps(known: readonly Known[], told: readonly Told[]): string[] {
  const toldOf = new Map(told.map((one) => [`${one.type} ${one.orderId}`, one]))
  return known.flatMap(({ id, version, cancellations, refunds }) => {
    const wanted = { 'order.placed': 1, 'order.cancelled': cancellations, 'order.refunded': refunds }
    const wrong = Object.entries(wanted).flatMap(([type, times]) => {
      const count = toldOf.get(`${type} ${id}`)?.count ?? 0
      return count === times ? [] : [`A subscriber is told ${count} × ${type} of ${id}, not ${times} ×`]
    })
    const changed = toldOf.get(`order.changed ${id}`)
    if ((changed?.version ?? 1) !== version)
      wrong.push(`A subscriber does not know version ${version} of ${id}`)
    if (changed?.count !== changed?.differing) wrong.push(`A subscriber is told one version of ${id} twice`)
    return wrong
  })
}
