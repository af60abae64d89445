import type { Step } from './checkout-steps.ts'
import type { Checkout as Stored } from './checkout-store.ts'
import type { Checkout } from './contract.ts'
import type { Failure } from './failure.ts'

/** A checkout as its shopper may see it. What is being undone has failed for them. */
export function showCheckout(checkout: Stored): Checkout {
  const { id, step, draft, orderId, orderNumber, redirectUrl, failure, createdAt } = checkout
  const status = failure ? 'failed' : statusOf(step)
  return {
    id,
    status,
    ...(orderId && { orderId }),
    ...(orderNumber && { orderNumber }),
    ...(status === 'action-required' && redirectUrl && { redirectUrl }),
    ...(failure && { failure: showFailure(failure) }),
    total: { amount: draft.total, currency: draft.currency },
    createdAt,
  }
}

function statusOf(step: Step): Checkout['status'] {
  if (step === 'act') return 'action-required'
  if (step === 'confirmed' || step === 'failed') return step
  return 'running'
}

function showFailure({ code, detail, details: { field } }: Failure): NonNullable<Checkout['failure']> {
  return { code, detail, ...(typeof field === 'string' && { field }) }
}
