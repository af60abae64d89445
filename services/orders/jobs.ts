import { job } from '@rialto/kit/message'
import { Id, Type } from '@rialto/kit/schema'

/** Takes an open checkout further from its stored step. */
export const resumeCheckout = job('resume-checkout', Type.Object({ checkoutId: Id('chk') }))

/** Takes an open cancellation or refund further. */
export const resumeSaga = job('resume-saga', Type.Object({ sagaId: Type.String() }))
