import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { readCheckout } from './checkout-store.ts'
import { conduct } from './conduct.ts'
import type { resumeCheckout as job } from './jobs.ts'
import { pursueCapture } from './pursue-capture.ts'

/** Takes an open checkout further. One that has to wait on is woken again by the watchdog. */
export async function resumeCheckout(
  { data }: Pick<Message<Static<typeof job.schema>>, 'data'>,
  context: Context<unknown>,
): Promise<void> {
  const found = await readCheckout(context.database, 'everyone', data.checkoutId)
  if (!found) return
  if (found.step === 'confirmed') await pursueCapture(found, context)
  else await conduct(found, context)
}
