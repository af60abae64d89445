import { type Queries, sql, type Tx } from '@rialto/kit/database'
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
  /** Whose token is put in on the way out. */
  readonly linkId?: string
  /** It needs no sending any more. */
  readonly sent: boolean
}

/** A message as it is kept: without the token of its link. */
export interface StoredDelivery extends Delivery {
  readonly linkId?: string
}

/** Keeps a message to be sent. False when it was kept before: nobody is told the same thing twice. */
export async function insertDelivery(tx: Tx, delivery: NewDelivery, at: Date): Promise<boolean> {
  const { id, template, about, recipient, subject, html, text, linkId, sent } = delivery
  const kept = await tx.run`
    insert into deliveries (id, channel, template, about, recipient, subject, html, text, link_id, status, attempts,
      created_at, sent_at)
    values (${id}, 'email', ${template}, ${about}, ${recipient}, ${subject}, ${html}, ${text}, ${linkId ?? null},
      ${sent ? 'sent' : 'queued'}, ${sent ? 1 : 0}, ${at}, ${sent ? at : null})
    on conflict on constraint deliveries_once do nothing`
  return kept === 1
}

export async function findDelivery(queries: Queries, id: string): Promise<StoredDelivery | undefined> {
  const row = await queries.row<Row>`select * from deliveries where id = ${id}`
  return row && deliveryOf(row)
}

/** Lists messages, newest first, as ids sort by time: one more than `limit` when there are more. */
export async function listDeliveries(
  queries: Queries,
  { to, after, limit }: { to: string | undefined; after: string | undefined; limit: number },
): Promise<StoredDelivery[]> {
  const rows = await queries.rows<Row>`
    select * from deliveries where true
    ${to === undefined ? sql`` : sql`and recipient = ${to}`}
    ${after === undefined ? sql`` : sql`and id < ${after}`}
    order by id desc limit ${limit + 1}`
  return rows.map(deliveryOf)
}

export async function deleteDeliveriesTo(tx: Tx, recipient: string): Promise<void> {
  await tx.run`delete from deliveries where recipient = ${recipient}`
}

export async function markSent(queries: Queries, id: string, at: Date): Promise<void> {
  await queries.run`update deliveries set status = 'sent', attempts = attempts + 1, sent_at = ${at}, last_error = null
    where id = ${id} and status <> 'sent'`
}

export async function markTried(
  queries: Queries,
  { id, error, failed }: { id: string; error: string; failed: boolean },
): Promise<void> {
  await queries.run`update deliveries set status = ${failed ? 'failed' : 'queued'}, attempts = attempts + 1,
    last_error = ${error.slice(0, 500)} where id = ${id} and status = 'queued'`
}

interface Row extends Omit<Delivery, 'to' | 'sentAt' | 'error'> {
  readonly recipient: string
  readonly about: string
  readonly lastError: string | null
  readonly linkId: string | null
  readonly sentAt: string | null
}

function deliveryOf({ recipient, about: _, lastError, linkId, sentAt, ...row }: Row): StoredDelivery {
  return {
    ...row,
    to: recipient,
    linkId: linkId ?? undefined,
    sentAt: sentAt ?? undefined,
    error: lastError ?? undefined,
  }
}
