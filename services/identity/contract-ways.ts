import { event } from '@rialto/kit/contract'
import { Email, oneOf, Type } from '@rialto/kit/schema'
import { AccountId } from './contract-shapes.ts'

/** An account can be opened in one more way, or in one less: its owner is told, as it may have been somebody else. */
export const signInWayChanged = event(
  'sign-in-way.changed',
  1,
  Type.Object({
    accountId: AccountId,
    email: Email,
    name: Type.String(),
    way: oneOf(['passkey', 'provider', 'second-factor']),
    change: oneOf(['added', 'removed']),
    provider: Type.Optional(Type.String({ description: 'Its name, where it is one' })),
  }),
)

export const wayEvents = [signInWayChanged]
