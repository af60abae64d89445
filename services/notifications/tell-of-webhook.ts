import { identity } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import type { tellOfWebhook as job } from './jobs.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'
import { webhookDisabledLetter } from './staff-letters.ts'

/** Writes to the staff who see to webhooks, each of them once for each time that one is disabled. */
export async function tellOfWebhook(
  { data }: Message<Static<typeof job.schema>>,
  context: Context<Own>,
): Promise<void> {
  const { own, database, call } = context
  const { items } = await call(identity.listStaffToTell, { permission: 'webhooks' })
  const letter = webhookDisabledLetter(data, own.publicUrl)
  await database.transaction(async (tx) => {
    for (const { id, email } of items) {
      const about = `${data.disabling} ${id}`
      await notify({ ...context, tx }, { template: 'webhook-disabled', about, to: email, letter })
    }
  })
}
