import { job } from '@rialto/kit/message'
import { Id, Type } from '@rialto/kit/schema'

/** Takes an open checkout further from its stored step. */
export const resumeCheckout = job('resume-checkout', Type.Object({ checkoutId: Id('chk') }))

/** The watchdog: wakes checkouts that have been open for too long, then schedules itself again. */
export const wakeCheckouts = job('wake-checkouts', Type.Object({}))
