import { job } from '@rialto/kit/message'
import { Id, Type } from '@rialto/kit/schema'

/** Takes an open checkout further from its stored step. */
export const resumeCheckout = job('resume-checkout', Type.Object({ checkoutId: Id('chk') }))

/** Takes a person who is to be forgotten out of what was bought. */
export const forgetCustomer = job('forget-customer', Type.Object({ customerId: Id('cust') }))

/** Takes an open cancellation or refund further. */
export const resumeSaga = job('resume-saga', Type.Object({ sagaId: Type.String() }))
