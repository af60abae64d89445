import { job } from '@rialto/kit/message'
import { Type } from '@rialto/kit/schema'

/** Takes a payment's business as far as it goes just now. */
export const settlePayment = job('settle-payment', Type.Object({ checkoutId: Type.String() }))
export const processWebhook = job(
  'process-webhook',
  Type.Object({ gateway: Type.String(), id: Type.String() }),
)
export const deliverSandboxWebhook = job('deliver-sandbox-webhook', Type.Object({ reference: Type.String() }))
