import { contract, event } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import {
  Empty,
  entity,
  Id,
  Instant,
  input,
  oneOf,
  Page,
  paging,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

const EventType = Type.String({
  pattern: '^[a-z][a-z.-]{0,99}(\\.v[0-9]{1,3})?$',
  examples: ['order.placed'],
})
const Url = Type.String({
  minLength: 1,
  maxLength: 2_000,
  pattern: '^https?://',
  examples: ['https://erp.example/hooks/rialto'],
})

export const Webhook = entity(
  'Webhook',
  {
    id: Id('whk'),
    url: Type.String(),
    eventTypes: Type.Array(Type.String()),
    description: Type.Optional(Type.String()),
    enabled: Type.Boolean(),
    disabledBecause: Type.Optional(
      oneOf(['staff', 'gone', 'failing'], {
        description: '`gone`: it answered 410. `failing`: it took nothing for days.',
      }),
    ),
    failingSince: Type.Optional(Instant),
    pausedUntil: Type.Optional(Instant),
    queued: Type.Integer({ description: 'Deliveries that wait' }),
    createdAt: Instant,
    version: Version,
  },
  'An address outside of the shop that is told of events',
)
export type Webhook = Static<typeof Webhook>

export const WebhookWithSecret = entity('WebhookWithSecret', {
  ...Webhook.properties,
  secret: Type.String({ description: 'Signs what is sent. Keep it: it is not shown again.' }),
})

export const WebhookEventType = entity('WebhookEventType', {
  type: Type.String({ examples: ['order.placed'] }),
  service: Type.String({ description: 'Which service says it' }),
  personalData: Type.Boolean({ description: 'Whether names, addresses or the like are in it' }),
  schema: Type.Unknown({ description: 'JSON Schema of `data`' }),
})

export const deliveryStatuses = ['queued', 'delivered', 'failed', 'skipped'] as const
const deliveryFields = {
  id: Id('whd'),
  webhookId: Id('whk'),
  messageId: Type.String({ description: 'Sent as `webhook-id`, the same in every attempt and replay' }),
  type: Type.String(),
  status: oneOf(deliveryStatuses, {
    description: '`skipped`: its queue was full, or the webhook was disabled before it was sent',
  }),
  attempts: Type.Integer(),
  nextAttemptAt: Type.Optional(Instant),
  lastStatus: Type.Optional(Type.Integer({ description: 'HTTP status of the last answer' })),
  lastError: Type.Optional(Type.String()),
  createdAt: Instant,
  deliveredAt: Type.Optional(Instant),
}
export const WebhookDelivery = entity('WebhookDelivery', deliveryFields)
export type WebhookDelivery = Static<typeof WebhookDelivery>

export const WebhookAttempt = entity('WebhookAttempt', {
  number: Type.Integer(),
  at: Instant,
  durationMs: Type.Integer(),
  status: Type.Optional(Type.Integer({ description: 'HTTP status of the answer' })),
  error: Type.Optional(Type.String({ description: 'Why there was no answer' })),
  response: Type.Optional(Type.String({ description: 'The beginning of the answer' })),
})
export type WebhookAttempt = Static<typeof WebhookAttempt>

export const WebhookDeliveryDetail = entity('WebhookDeliveryDetail', {
  ...deliveryFields,
  body: Type.String({ description: 'What is sent' }),
  history: Type.Array(WebhookAttempt, { description: 'The newest 100 attempts, newest first' }),
})
export type WebhookDeliveryDetail = Static<typeof WebhookDeliveryDetail>

export const tooManyWebhooks = problem('too-many-webhooks', 409, 'The shop has as many webhooks as it may')
export const webhookDisabled = problem('webhook-disabled', 409, 'The webhook is disabled')

/** The shop itself disabled a webhook. */
export const webhookWasDisabled = event(
  'webhook.disabled',
  1,
  Type.Object({ webhookId: Id('whk'), because: Type.String() }),
)

const staff = 'staff:webhooks' as const
const fields = {
  url: Url,
  eventTypes: Type.Array(EventType, { minItems: 1, maxItems: 100, uniqueItems: true }),
  description: Type.Optional(Text(300, 0)),
  enabled: Type.Optional(Type.Boolean({ default: true })),
}
export const webhooks = contract(
  'webhooks',
  { version: 1, summary: 'Telling others of events', events: [webhookWasDisabled] },
  {
    listWebhookEventTypes: {
      method: 'GET',
      path: '/webhooks/event-types',
      access: staff,
      summary: 'List the events a webhook can be told of',
      reply: { 200: Type.Object({ items: Type.Array(WebhookEventType) }) },
    },
    listWebhooks: {
      method: 'GET',
      path: '/webhooks',
      access: staff,
      summary: 'List webhooks, newest first',
      query: Type.Object(paging),
      reply: { 200: Page(Webhook) },
    },
    createWebhook: {
      method: 'POST',
      path: '/webhooks',
      access: staff,
      summary: 'Create a webhook',
      description: 'The reply shows the secret, once.',
      body: input(fields),
      reply: { 201: WebhookWithSecret },
      problems: [tooManyWebhooks],
    },
    getWebhook: {
      method: 'GET',
      path: '/webhooks/:id',
      access: staff,
      summary: 'Read a webhook',
      reply: { 200: Webhook },
    },
    changeWebhook: {
      method: 'PATCH',
      path: '/webhooks/:id',
      access: staff,
      summary: 'Change, enable or disable a webhook',
      body: input({
        url: Type.Optional(fields.url),
        eventTypes: Type.Optional(fields.eventTypes),
        description: fields.description,
        enabled: Type.Optional(Type.Boolean()),
      }),
      reply: { 200: Webhook },
    },
    removeWebhook: {
      method: 'DELETE',
      path: '/webhooks/:id',
      access: staff,
      summary: 'Remove a webhook with its log',
      reply: { 204: Empty },
    },
    rotateWebhookSecret: {
      method: 'POST',
      path: '/webhooks/:id/rotate-secret',
      access: staff,
      summary: 'Give a webhook a new secret',
      description:
        'The reply shows it, once. Until `overlapHours` are over, the secrets before it sign as well.',
      body: input({ overlapHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 168, default: 24 })) }),
      reply: { 200: WebhookWithSecret },
    },
    testWebhook: {
      method: 'POST',
      path: '/webhooks/:id/test',
      access: staff,
      summary: 'Send a `webhook.test` to a webhook, whatever it is subscribed to',
      reply: { 202: WebhookDelivery },
      problems: [webhookDisabled],
    },
    listWebhookDeliveries: {
      method: 'GET',
      path: '/webhooks/:id/deliveries',
      access: staff,
      summary: 'List what was sent to a webhook, or is to be, newest first',
      query: Type.Object({
        ...paging,
        status: Type.Optional(oneOf(deliveryStatuses)),
        type: Type.Optional(Type.String({ maxLength: 100 })),
      }),
      reply: { 200: Page(WebhookDelivery) },
    },
    getWebhookDelivery: {
      method: 'GET',
      path: '/webhooks/:id/deliveries/:deliveryId',
      access: staff,
      summary: 'Read a delivery with its body and its attempts',
      reply: { 200: WebhookDeliveryDetail },
    },
    replayWebhookDelivery: {
      method: 'POST',
      path: '/webhooks/:id/deliveries/:deliveryId/replay',
      access: staff,
      summary: 'Send a delivery again, under its `webhook-id`',
      reply: { 202: WebhookDelivery },
      problems: [webhookDisabled, conflict],
    },
    replayWebhookDeliveries: {
      method: 'POST',
      path: '/webhooks/:id/replay',
      access: staff,
      summary: 'Send again what came about within a time',
      description:
        'The oldest first, as many as the queue takes. Those that failed or were skipped, or as `statuses` says.',
      body: input({
        from: Instant,
        to: Instant,
        statuses: Type.Optional(
          Type.Array(oneOf(['delivered', 'failed', 'skipped']), {
            minItems: 1,
            maxItems: 3,
            uniqueItems: true,
          }),
        ),
      }),
      reply: {
        202: Type.Object({
          queued: Type.Integer(),
          more: Type.Boolean({ description: 'Whether some are left: repeat it once the queue has room' }),
        }),
      },
      problems: [webhookDisabled],
    },
  },
)
