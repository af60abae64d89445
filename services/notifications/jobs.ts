import { job } from '@rialto/kit/message'
import { Type } from '@rialto/kit/schema'

/** Hands a written message to the mailer. */
export const sendDelivery = job('send-delivery', Type.Object({ deliveryId: Type.String() }))
