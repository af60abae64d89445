import type { Queries } from '@rialto/kit/database'

export interface StoredWebhook {
  readonly gateway: string
  readonly id: string
  readonly reference: string
}

/** False if this notification was taken before. */
export async function keepWebhook(queries: Queries, webhook: StoredWebhook, at: Date): Promise<boolean> {
  const { gateway, id, reference } = webhook
  const kept = await queries.run`
    insert into webhooks (gateway, id, reference, at) values (${gateway}, ${id}, ${reference}, ${at})
    on conflict do nothing`
  return kept === 1
}

export function readWebhook(
  queries: Queries,
  { gateway, id }: { gateway: string; id: string },
): Promise<StoredWebhook | undefined> {
  return queries.row<StoredWebhook>`
    select gateway, id, reference from webhooks where gateway = ${gateway} and id = ${id}`
}

export async function markProcessed(
  queries: Queries,
  { gateway, id }: { gateway: string; id: string },
  at: Date,
): Promise<void> {
  await queries.run`update webhooks set processed_at = ${at} where gateway = ${gateway} and id = ${id}`
}
