import { job } from '@rialto/kit/message'
import { Type } from '@rialto/kit/schema'

/** Hands a written message to the mailer. */
export const sendDelivery = job('send-delivery', Type.Object({ deliveryId: Type.String() }))

/** Tells staff that a webhook was disabled; `disabling` is the event that says so. */
export const tellOfWebhook = job(
  'tell-of-webhook',
  Type.Object({ webhookId: Type.String(), because: Type.String(), disabling: Type.String() }),
)
