import { contract } from '@rialto/kit/contract'
import { entity, Id, Instant, oneOf, Page, paging, type Static, Type } from '@rialto/kit/schema'

export const Delivery = entity('Delivery', {
  id: Id('ntf'),
  channel: oneOf(['email']),
  template: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  html: Type.String(),
  text: Type.String(),
  status: oneOf(['queued', 'sent', 'failed']),
  attempts: Type.Integer(),
  createdAt: Instant,
  sentAt: Type.Optional(Instant),
  error: Type.Optional(Type.String({ description: 'Why the last attempt to send it failed' })),
})
export type Delivery = Static<typeof Delivery>

export const notifications = contract(
  'notifications',
  { version: 1, summary: 'Messages to customers' },
  {
    listDeliveries: {
      method: 'GET',
      path: '/deliveries',
      access: 'staff:notifications',
      summary: 'List messages, newest first',
      query: Type.Object({ ...paging, to: Type.Optional(Type.String({ maxLength: 254 })) }),
      reply: { 200: Page(Delivery) },
    },
    listInbox: {
      method: 'GET',
      path: '/inbox',
      access: 'anyone',
      summary: 'Development only: every message that was sent, newest first',
      description: 'Answers 404 in production.',
      query: Type.Object({ ...paging, to: Type.Optional(Type.String({ maxLength: 254 })) }),
      reply: { 200: Page(Delivery) },
    },
    getInboxMessage: {
      method: 'GET',
      path: '/inbox/:id',
      access: 'anyone',
      summary: 'Development only: read one message',
      reply: { 200: Delivery },
    },
  },
)
