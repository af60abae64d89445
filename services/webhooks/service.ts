import { inTransaction, on, service } from '@rialto/kit/service'
import { changeWebhook, removeWebhook } from './change-webhook.ts'
import { webhooks } from './contract.ts'
import { createWebhook, withSecret } from './create-webhook.ts'
import { removeBefore } from './delivery-store.ts'
import { events } from './event-types.ts'
import { heedWanted, onEvent } from './on-event.ts'
import { config, openOwn } from './own.ts'
import {
  getWebhook,
  getWebhookDelivery,
  listWebhookDeliveries,
  listWebhookEventTypes,
  listWebhooks,
} from './read-webhooks.ts'
import { resealSecrets } from './reseal.ts'
import { rotateWebhookSecret } from './rotate-secret.ts'
import { replayWebhookDeliveries, replayWebhookDelivery, testWebhook } from './send-again.ts'

export default service(webhooks, {
  directory: import.meta.dirname,
  connections: 4,
  config,
  open: openOwn,
  prepare: resealSecrets,
  close: ({ sender }) => sender.stop(),
  routes: {
    listWebhookEventTypes,
    listWebhooks,
    createWebhook: inTransaction(createWebhook, withSecret),
    getWebhook,
    changeWebhook: inTransaction(changeWebhook),
    removeWebhook: inTransaction(removeWebhook),
    rotateWebhookSecret: inTransaction(rotateWebhookSecret, withSecret),
    testWebhook: inTransaction(testWebhook),
    listWebhookDeliveries,
    getWebhookDelivery,
    replayWebhookDelivery: inTransaction(replayWebhookDelivery),
    replayWebhookDeliveries: inTransaction(replayWebhookDeliveries),
  },
  hears: events.map((event) => on(event, onEvent)),
  heeds: heedWanted,
  watches: [
    { everyMs: 1_000, look: ({ own, now }) => own.sender.look(now) },
    {
      everyMs: 60_000,
      look: ({ own, now, database }) => removeBefore(database, new Date(now().getTime() - own.keptMs)),
    },
  ],
})
