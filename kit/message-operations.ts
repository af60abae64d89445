import { Type } from 'typebox'
import type { Operation } from './contract.ts'
import { conflict } from './problem.ts'
import { entity, Instant, oneOf, Page, paging, type Static } from './schema.ts'

// What every service offers for its messages, with no code of its own. Data of events may be personal: it is
// shown to whoever may operate the shop, and stands in no log.

const about = {
  id: Type.String(),
  kind: oneOf(['event', 'job'], {
    title: 'MessageKind',
    description: 'Heard from another service, or scheduled by this one',
  }),
  name: Type.String({ examples: ['order.placed'] }),
  version: Type.Integer(),
  aggregateId: Type.String(),
  aggregateVersion: Type.Integer(),
  source: Type.String({ description: 'The service that said it' }),
  at: Instant,
  attempts: Type.Integer(),
  lastError: Type.Optional(Type.String({ description: 'Why the last attempt failed' })),
}

export const DeadLetter = entity(
  'DeadLetter',
  about,
  'A message that could not be handled, for a person to decide',
)
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLetterDetail = entity('DeadLetterDetail', {
  ...about,
  data: Type.Optional(Type.Unknown({ description: 'As it was said' })),
  raw: Type.Optional(Type.String({ description: 'As it came, when it cannot be read' })),
})
export type DeadLetterDetail = Static<typeof DeadLetterDetail>

export const WaitingMessage = entity(
  'WaitingMessage',
  {
    ...about,
    kind: oneOf(['event', 'job', 'outgoing'], {
      description:
        'Heard from another service, scheduled by this one, or said and not yet taken by the carrier',
    }),
    dueAt: Type.Unsafe<string>({ ...Instant, description: 'When it is tried next' }),
  },
  'A message that failed or that the broker is not there to take; it will be tried again',
)
export type WaitingMessage = Static<typeof WaitingMessage>

/** `messageOperations('orders').listDeadLetters` is `GET /orders/dead-letters`, named `listOrdersDeadLetters`. */
export function messageOperations(service: string) {
  const owner = `${service.charAt(0).toUpperCase()}${service.slice(1)}`
  const common = { service, access: 'staff:operations', idempotent: false } as const
  const letter = `/${service}/dead-letters/:id` as const
  return {
    listDeadLetters: declare({
      ...common,
      name: `list${owner}DeadLetters`,
      method: 'GET',
      path: `/${service}/dead-letters`,
      summary: `List what ${service} could not handle, oldest first`,
      query: Type.Object(paging),
      reply: { 200: Page(DeadLetter) },
    }),
    getDeadLetter: declare({
      ...common,
      name: `get${owner}DeadLetter`,
      method: 'GET',
      path: letter,
      summary: `Read what ${service} could not handle, with its data`,
      reply: { 200: DeadLetterDetail },
    }),
    replayDeadLetter: declare({
      ...common,
      name: `replay${owner}DeadLetter`,
      method: 'POST',
      path: `${letter}/replay`,
      summary: `Let ${service} try again, as if the message had just come`,
      reply: { 202: DeadLetter },
      problems: [conflict],
    }),
    dropDeadLetter: declare({
      ...common,
      name: `drop${owner}DeadLetter`,
      method: 'DELETE',
      path: letter,
      summary: `Give up what ${service} could not handle; it never takes effect there`,
      reply: { 204: Type.Null() },
    }),
    listWaitingMessages: declare({
      ...common,
      name: `list${owner}WaitingMessages`,
      method: 'GET',
      path: `/${service}/waiting-messages`,
      summary: `List the messages of ${service} that failed or wait for the broker, oldest first`,
      query: Type.Object(paging),
      reply: { 200: Page(WaitingMessage) },
    }),
  }
}

function declare<const Spec extends Operation>(operation: Spec): Spec {
  return Object.freeze(operation)
}
