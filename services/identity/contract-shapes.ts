import { problem } from '@rialto/kit/problem'
import { Email, entity, Id, Instant, oneOf, type Static, Type, Version } from '@rialto/kit/schema'

// What several groups of identity's operations take and give.

export const Profile = entity('Profile', {
  id: Type.String({ description: '`cust_…` for a customer, `staff_…` for staff, `key_…` for a machine' }),
  email: Email,
  name: Type.String(),
  role: oneOf(['customer', 'staff']),
  permissions: Type.Array(Type.String(), { description: 'Of staff, such as `catalog`; `*` is all' }),
  hasSecondFactor: Type.Optional(
    Type.Boolean({
      description: 'Of staff, in the list of staff: whether they have codes of an app or a passkey',
    }),
  ),
  roleIds: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Of staff with roles, where staff are managed; `permissions` has what these give',
    }),
  ),
  factorStep: Type.Optional(
    oneOf(['set-up', 'sign-in-again'], {
      description:
        'Of staff, where the shop demands a second factor: what is to be done before they may do anything as staff',
    }),
  ),
  emailVerified: Type.Optional(Type.Boolean({ description: 'Whether who owns the e-mail has said so' })),
  createdAt: Instant,
  version: Version,
})
export type Profile = Static<typeof Profile>

export const Session = entity('Session', {
  token: Type.String({ description: 'Send as `Authorization: Bearer …`; browsers get it as a cookie' }),
  expiresAt: Instant,
  profile: Profile,
})
export type Session = Static<typeof Session>

export const permissions = [
  'catalog',
  'pricing',
  'inventory',
  'orders',
  'payments',
  'shipping',
  'notifications',
  'webhooks',
  'customers',
  'staff',
  'operations',
  'settings',
  '*',
] as const

export const Password = Type.String({ minLength: 10, maxLength: 128, description: 'At least 10 characters' })
export const Permissions = Type.Array(oneOf(permissions), { minItems: 1, maxItems: 20, uniqueItems: true })

export const RoleIds = Type.Array(Id('role'), { maxItems: 20, uniqueItems: true })

export const Device = Type.Optional(
  Type.String({
    maxLength: 400,
    description: 'What the session is called in the list of sessions; else the User-Agent is kept',
  }),
)

/** Where a session is not yet proof enough. */
export const PresentPassword = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 128,
    description: 'Where the account has one; else one must have signed in within 15 minutes',
  }),
)

/** What `start…` gave and `finish…` takes. It works once, and for ten minutes. */
export const Ticket = Type.String({
  minLength: 1,
  maxLength: 5_000,
  description: 'From `start…`; browsers keep it as a cookie where they leave the shop',
})
export const ticketExpired = problem('ticket-expired', 410, 'It took too long, or was done already')

/** What stands in the link of a mail. */
export const LinkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'From the link in the mail',
})

/** Customers and staff about their own account; staff also while they lack a second factor that the shop demands. */
export const own = ['customer', 'staff:*'] as const
export const ownWithoutFactor = [...own, 'staff:without-factor'] as const

export const AccountId = Type.String({
  pattern: '^(cust|staff)_[0-9a-z]{26}$',
  examples: ['cust_01h455vb4pex5vsknk084sn02q'],
})

/** Of an event upon which a mail with a secret link is written. The link's token stands in none: see `issueLink`. */
export const LinkRequested = Type.Object({
  linkId: Id('link'),
  accountId: AccountId,
  email: Email,
  name: Type.String(),
  expiresAt: Instant,
})
