import {
  customerErased,
  customerRegistered,
  emailVerificationRequested,
  passwordChanged,
  passwordResetRequested,
  signInWayChanged,
  staffInvited,
} from '@rialto/identity/contract'
import { Type } from '@rialto/kit/schema'
import { on, perform, service } from '@rialto/kit/service'
import { PublicUrl, ShopName } from '@rialto/kit/shop-settings'
import {
  orderCancelled,
  orderDelivered,
  orderPlaced,
  orderRefunded,
  orderShipped,
} from '@rialto/orders/contract'
import { webhookWasDisabled } from '@rialto/webhooks/contract'
import { notifications } from './contract.ts'
import { sendDelivery as sendDeliveryJob, tellOfWebhook as tellOfWebhookJob } from './jobs.ts'
import { getInboxMessage, listDeliveries, listInbox } from './list-deliveries.ts'
import { smtpMailer } from './mailer.ts'
import { onCustomerErased } from './on-customer-erased.ts'
import { onCustomerRegistered } from './on-customer-registered.ts'
import { onEmailVerificationRequested } from './on-email-verification-requested.ts'
import { onOrderCancelled } from './on-order-cancelled.ts'
import { onOrderDelivered } from './on-order-delivered.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onOrderRefunded } from './on-order-refunded.ts'
import { onOrderShipped } from './on-order-shipped.ts'
import { onPasswordChanged } from './on-password-changed.ts'
import { onPasswordResetRequested } from './on-password-reset-requested.ts'
import { onSignInWayChanged } from './on-sign-in-way-changed.ts'
import { onStaffInvited } from './on-staff-invited.ts'
import { onWebhookDisabled } from './on-webhook-disabled.ts'
import type { Own } from './own.ts'
import { sendDelivery } from './send-delivery.ts'
import { tellOfWebhook } from './tell-of-webhook.ts'
import { openTemplates } from './templates.ts'

export default service(notifications, {
  directory: import.meta.dirname,
  config: Type.Object({
    NODE_ENV: Type.Optional(Type.String()),
    SHOP_NAME: ShopName,
    PUBLIC_URL: PublicUrl,
    SMTP_URL: Type.Optional(
      Type.String({
        pattern: '^smtps?://',
        secret: true,
        description: 'Give the mail server, such as smtp://user:password@mail.example:587.',
      }),
    ),
    MAIL_FROM: Type.String({
      default: 'Rialto <shop@rialto.example>',
      description: 'Give the sender, such as Shop <shop@shop.example>.',
    }),
    INBOX: Type.Optional(
      Type.Boolean({ description: 'Give `true` to show all messages at /inbox, else `false`.' }),
    ),
  }),
  open: async ({ config }): Promise<Own> => ({
    render: openTemplates(config.SHOP_NAME),
    mailer: config.SMTP_URL ? await smtpMailer(config.SMTP_URL, config.MAIL_FROM) : undefined,
    publicUrl: config.PUBLIC_URL.replace(/\/$/, ''),
    inbox: config.INBOX ?? config.NODE_ENV !== 'production',
  }),
  close: async ({ mailer }) => mailer?.close(),
  routes: { listDeliveries, listInbox, getInboxMessage },
  hears: [
    on(orderPlaced, onOrderPlaced),
    on(orderShipped, onOrderShipped),
    on(orderDelivered, onOrderDelivered),
    on(orderCancelled, onOrderCancelled),
    on(orderRefunded, onOrderRefunded),
    on(customerRegistered, onCustomerRegistered),
    on(customerErased, onCustomerErased),
    on(emailVerificationRequested, onEmailVerificationRequested),
    on(passwordResetRequested, onPasswordResetRequested),
    on(passwordChanged, onPasswordChanged),
    on(signInWayChanged, onSignInWayChanged),
    on(staffInvited, onStaffInvited),
    on(webhookWasDisabled, onWebhookDisabled),
  ],
  jobs: [perform(sendDeliveryJob, sendDelivery), perform(tellOfWebhookJob, tellOfWebhook)],
})
