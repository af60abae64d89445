import type { Actor } from './access.ts'
import { decode } from './envelope.ts'
import type { Message } from './message.ts'
import { messageOperations } from './message-operations.ts'
import {
  dropLetter,
  listLetters,
  listWaiting,
  lockLetter,
  readLetter,
  replaceLetter,
  replayLetter,
} from './message-store.ts'
import { wakeInbox } from './outbox.ts'
import { decodeCursor, pageOf } from './paging.ts'
import { conflict, notFound } from './problem.ts'
import { type Context, type Handler, inTransaction, type Route, type WriteHandler } from './service.ts'

type Operations = ReturnType<typeof messageOperations>

/** Answers what `messageOperations` declares, for any service. */
export function messageRoutes(service: string): Readonly<Record<string, Route<never, never>>> {
  const operations = messageOperations(service)
  const routes: { [Name in keyof Operations]: Route<Operations[Name], unknown> } = {
    listDeadLetters,
    getDeadLetter,
    replayDeadLetter: inTransaction(replayDeadLetter),
    dropDeadLetter: inTransaction(dropDeadLetter),
    listWaitingMessages,
  }
  return Object.fromEntries(
    Object.entries(routes).map(([key, route]) => [operations[key as keyof Operations].name, route as never]),
  )
}

const listDeadLetters: Handler<Operations['listDeadLetters']> = async (page, { database }) =>
  pageAfter(page, (after, limit) => listLetters(database, after, limit))

const listWaitingMessages: Handler<Operations['listWaitingMessages']> = async (page, { database, now }) =>
  pageAfter(page, (after, limit) => listWaiting(database, { after, limit, now: now() }))

const getDeadLetter: Handler<Operations['getDeadLetter']> = async ({ id }, { database, ...context }) => {
  const letter = (await readLetter(database, id)) ?? missing()
  note(context, letter, 'a dead letter was read')
  return letter
}

const replayDeadLetter: WriteHandler<Operations['replayDeadLetter'], unknown> = async ({ id }, context) => {
  const { tx, now } = context
  const letter = (await lockLetter(tx, id)) ?? missing()
  note(context, letter, 'a dead letter is replayed')
  wakeInbox(tx)
  const replayed =
    letter.raw === undefined
      ? await replayLetter(tx, id, now())
      : await replaceLetter(tx, id, readable(letter.raw), now())
  return replayed ?? letter
}

const dropDeadLetter: WriteHandler<Operations['dropDeadLetter'], unknown> = async ({ id }, context) => {
  const letter = (await lockLetter(context.tx, id)) ?? missing()
  note(context, letter, 'a dead letter is dropped')
  await dropLetter(context.tx, letter)
  return null
}

async function pageAfter<Item extends { id: string }>(
  { after, limit = 20 }: { after?: string; limit?: number },
  list: (after: string, limit: number) => Promise<Item[]>,
) {
  const [last] = after === undefined ? [''] : decodeCursor(after, ['text'])
  return pageOf(await list(last, limit + 1), limit, ({ id }) => [id])
}

function missing(): never {
  throw notFound('There is no such dead letter. It may have been replayed or dropped already.')
}

/** A message that could not be read may be readable to a newer release. */
function readable(raw: string): Message {
  try {
    return decode(raw)
  } catch {
    throw conflict('The message still cannot be read. Drop it, or replay it with a release that can.')
  }
}

/** Who did what to which message; what is in it stands in no log. */
function note(
  { log, actor }: Pick<Context, 'log' | 'actor'>,
  { id, name }: { id: string; name: string },
  what: string,
) {
  log.warn({ actor: idOf(actor), id, message: name }, what)
}

function idOf(actor: Actor): string {
  return 'id' in actor ? actor.id : actor.kind
}
