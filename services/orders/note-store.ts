import type { Queries, Tx } from '@rialto/kit/database'
import { notesLimit, type OrderNote } from './contract.ts'

/** Oldest first: ids sort by time. */
export function notesOf(queries: Queries, orderId: string): Promise<OrderNote[]> {
  return queries.rows<OrderNote>`
    select id, text, author_id, at from order_notes where order_id = ${orderId} order by id limit ${notesLimit}`
}

/** The caller has locked the order. */
export async function insertNote(
  tx: Tx,
  orderId: string,
  { id, text, authorId, at }: OrderNote,
): Promise<void> {
  await tx.run`
    insert into order_notes (id, order_id, text, author_id, at) values (${id}, ${orderId}, ${text}, ${authorId}, ${at})`
}
