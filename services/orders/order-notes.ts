import { conflict } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { notesLimit, type orders } from './contract.ts'
import { insertNote, notesOf } from './note-store.ts'
import { lockOrder, readOrder } from './order-store.ts'
import type { Own } from './own.ts'

export const addOrderNote: WriteHandler<typeof orders.addOrderNote, Own> = async ({ id, text }, context) => {
  const { tx, actor, now, newId } = context
  await lockOrder(tx, id, context)
  if ((await notesOf(tx, id)).length >= notesLimit)
    throw conflict(`An order has at most ${notesLimit} notes.`)
  const authorId = 'id' in actor ? actor.id : actor.kind
  const note = { id: newId('note'), text, authorId, at: now().toISOString() }
  await insertNote(tx, id, note)
  return note
}

export const listOrderNotes: Handler<typeof orders.listOrderNotes, Own> = async (
  { id },
  { database, whose },
) => {
  await readOrder(database, whose, id)
  return { items: await notesOf(database, id) }
}
