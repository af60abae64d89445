import type { customerRegistered } from '@rialto/identity/contract'
import type { Message } from '@rialto/kit/message'
import type { Static } from '@rialto/kit/schema'
import type { TransactionContext } from '@rialto/kit/service'
import { welcomeLetter } from './letters.ts'
import { notify } from './notify.ts'
import type { Own } from './own.ts'

export async function onCustomerRegistered(
  { data }: Message<Static<typeof customerRegistered.schema>>,
  context: TransactionContext<Own>,
): Promise<void> {
  const letter = welcomeLetter(data.name, context.own.publicUrl)
  await notify(context, { template: 'welcome', about: data.customerId, to: data.email, letter })
}
