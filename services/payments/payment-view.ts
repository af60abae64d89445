import type { Payment } from './contract.ts'
import type { StoredPayment } from './payment.ts'

/** The payment as others see it. */
export function view(payment: StoredPayment): Payment {
  const { id, checkoutId, gateway, status, captured, refunded, createdAt, version } = payment
  const { declineReason, declineField, redirectUrl, amount, currency } = payment
  return {
    id,
    checkoutId,
    gateway,
    status,
    amount: { amount, currency },
    captured,
    refunded,
    ...(declineReason !== null && { declineReason }),
    ...(declineField !== null && { declineField }),
    ...(redirectUrl !== null && { redirectUrl }),
    createdAt,
    version,
  }
}
