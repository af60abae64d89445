import { type Queries, sql, type Tx } from '@rialto/kit/database'
import { decodeCursor } from '@rialto/kit/paging'
import type { Delivery } from './contract.ts'

export interface NewDelivery {
  readonly id: string
  readonly template: string
  /** What it is about: with the template it tells a repeat from another message. */
  readonly about: string
  readonly recipient: string
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Keeps a message to be sent. False when it was kept before: nobody is told the same thing twice. */
export async function insertDelivery(tx: Tx, delivery: NewDelivery, at: Date): Promise<boolean> {
  const { id, template, about, recipient, subject, html, text } = delivery
  const kept = await tx.run`
    insert into deliveries (id, channel, template, about, recipient, subject, html, text, status, created_at)
    values (${id}, 'email', ${template}, ${about}, ${recipient}, ${subject}, ${html}, ${text}, 'queued', ${at})
    on conflict on constraint deliveries_once do nothing`
  return kept === 1
}

export async function findDelivery(queries: Queries, id: string): Promise<Delivery | undefined> {
  const row = await queries.row<Row>`select * from deliveries where id = ${id}`
  return row && deliveryOf(row)
}

/** Lists messages, newest first: one more than `limit` when there are more. */
export async function listDeliveries(
  queries: Queries,
  filter: { to?: string; after?: string; limit: number },
): Promise<Delivery[]> {
  const [createdAt, id] = filter.after ? decodeCursor(filter.after, 2) : []
  const rows = await queries.rows<Row>`
    select * from deliveries where true
    ${filter.to ? sql`and recipient = ${filter.to}` : sql``}
    ${createdAt ? sql`and (created_at, id) < (${createdAt}, ${id})` : sql``}
    order by created_at desc, id desc limit ${filter.limit + 1}`
  return rows.map(deliveryOf)
}

export async function markSent(queries: Queries, id: string, at: Date): Promise<void> {
  await queries.run`update deliveries set status = 'sent', attempts = attempts + 1, sent_at = ${at}, last_error = null
    where id = ${id} and status <> 'sent'`
}

export async function markTried(queries: Queries, id: string, error: string, isLast: boolean): Promise<void> {
  await queries.run`update deliveries set status = ${isLast ? 'failed' : 'queued'}, attempts = attempts + 1,
    last_error = ${error.slice(0, 500)} where id = ${id} and status = 'queued'`
}

interface Row extends Omit<Delivery, 'to' | 'sentAt'> {
  readonly recipient: string
  readonly about: string
  readonly lastError: string | null
  readonly sentAt: string | null
}

function deliveryOf({ recipient, about: _, lastError: __, sentAt, ...row }: Row): Delivery {
  return { ...row, to: recipient, sentAt: sentAt ?? undefined }
}
