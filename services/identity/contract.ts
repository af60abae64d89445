import { contract, event } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import {
  Address,
  Email,
  Empty,
  entity,
  Id,
  input,
  Page,
  paging,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'
import { emailEvents, emailOperations } from './contract-emails.ts'
import { erasureEvents, erasureOperations } from './contract-erasure.ts'
import { keyOperations } from './contract-keys.ts'
import { passkeyOperations } from './contract-passkeys.ts'
import { passwordEvents, passwordOperations } from './contract-passwords.ts'
import { providerOperations } from './contract-providers.ts'
import { roleOperations } from './contract-roles.ts'
import { secondFactorOperations, secondFactorRequired } from './contract-second-factor.ts'
import { sessionOperations } from './contract-sessions.ts'
import { Device, ownWithoutFactor, Password, Permissions, Profile, Session } from './contract-shapes.ts'
import { signInRuleOperations } from './contract-sign-in-rules.ts'
import { emailTaken, staffEvents, staffOperations } from './contract-staff.ts'
import { wayEvents } from './contract-ways.ts'

export * from './contract-emails.ts'
export * from './contract-erasure.ts'
export * from './contract-keys.ts'
export * from './contract-passkeys.ts'
export * from './contract-passwords.ts'
export * from './contract-providers.ts'
export * from './contract-roles.ts'
export * from './contract-second-factor.ts'
export * from './contract-sessions.ts'
export { Profile, permissions, Session, ticketExpired } from './contract-shapes.ts'
export * from './contract-sign-in-rules.ts'
export * from './contract-staff.ts'
export * from './contract-ways.ts'

export const SavedAddress = entity('SavedAddress', {
  id: Id('addr'),
  ...Address.properties,
  isDefault: Type.Boolean(),
  version: Version,
})
export type SavedAddress = Static<typeof SavedAddress>

export const wrongCredentials = problem('wrong-credentials', 401, 'E-mail or password is wrong')

export const customerRegistered = event(
  'customer.registered',
  1,
  Type.Object({ customerId: Id('cust'), email: Email, name: Type.String() }),
)
/** A guest turned out to be this customer, by signing in or registering: what the guest owned is now the customer's. */
export const guestIdentified = event(
  'guest.identified',
  1,
  Type.Object({ guestId: Id('guest'), customerId: Id('cust') }),
)

const grants = 'Nobody gives, changes or takes permissions beyond their own.'
const addressFields = { ...Address.properties, isDefault: Type.Optional(Type.Boolean()) }

export const identity = contract(
  'identity',
  {
    version: 1,
    summary: 'Customers, staff, sessions and addresses',
    events: [
      customerRegistered,
      guestIdentified,
      ...passwordEvents,
      ...emailEvents,
      ...staffEvents,
      ...wayEvents,
      ...erasureEvents,
    ],
  },
  {
    register: {
      method: 'POST',
      path: '/register',
      access: 'anyone',
      limit: 'auth',
      summary: 'Open a customer account and sign in',
      body: input({ email: Email, password: Password, name: Text(100), device: Device }),
      reply: { 201: Session },
      problems: [emailTaken],
      idempotent: false,
    },
    signIn: {
      method: 'POST',
      path: '/sign-in',
      access: 'anyone',
      limit: 'auth',
      summary: 'Sign in with e-mail and password',
      body: input({ email: Email, password: Text(128), device: Device }),
      reply: { 200: Session },
      problems: [wrongCredentials, secondFactorRequired],
      idempotent: false,
    },
    signOut: {
      method: 'POST',
      path: '/sign-out',
      access: 'anyone',
      summary: 'End the session',
      idempotent: false,
      body: input({ token: Type.Optional(Text(500)) }),
      reply: { 204: Empty },
    },
    ...sessionOperations,
    ...passwordOperations,
    ...emailOperations,
    ...keyOperations,
    ...erasureOperations,
    ...secondFactorOperations,
    ...providerOperations,
    ...passkeyOperations,
    resolveSession: {
      method: 'POST',
      path: '/sessions/resolve',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'Tell whose session, or what key, a token is',
      body: input({ token: Text(500) }),
      reply: {
        200: Type.Object({ profile: Type.Optional(Profile), sessionId: Type.Optional(Type.String()) }),
      },
    },
    getProfile: {
      method: 'GET',
      path: '/me',
      access: ownWithoutFactor,
      summary: 'Read the own profile',
      reply: { 200: Profile },
    },
    updateProfile: {
      method: 'PATCH',
      path: '/me',
      access: 'customer',
      summary: 'Change the own profile',
      body: input({ name: Type.Optional(Text(100)) }),
      reply: { 200: Profile },
    },
    listAddresses: {
      method: 'GET',
      path: '/me/addresses',
      access: 'customer',
      summary: 'List the own addresses',
      reply: { 200: Type.Object({ items: Type.Array(SavedAddress, { maxItems: 50 }) }) },
    },
    addAddress: {
      method: 'POST',
      path: '/me/addresses',
      access: 'customer',
      summary: 'Save an address',
      body: input(addressFields, 'SavedAddressInput'),
      reply: { 201: SavedAddress },
      problems: [conflict],
    },
    updateAddress: {
      method: 'PUT',
      path: '/me/addresses/:id',
      access: 'customer',
      summary: 'Replace an address',
      body: input(addressFields, 'SavedAddressInput'),
      reply: { 200: SavedAddress },
    },
    removeAddress: {
      method: 'DELETE',
      path: '/me/addresses/:id',
      access: 'customer',
      summary: 'Remove an address',
      reply: { 204: Empty },
    },
    createStaff: {
      method: 'POST',
      path: '/staff',
      access: 'staff:staff',
      summary: 'Give a person a staff account',
      description: grants,
      body: input({
        email: Email,
        password: Password,
        name: Text(100),
        permissions: Permissions,
      }),
      reply: { 201: Profile },
      problems: [emailTaken],
    },
    updateStaff: {
      method: 'PATCH',
      path: '/staff/:id',
      access: 'staff:staff',
      summary: 'Change the name or the permissions of a staff member',
      description: grants,
      body: input({ name: Type.Optional(Text(100)), permissions: Type.Optional(Permissions) }),
      reply: { 200: Profile },
      problems: [conflict],
    },
    removeStaff: {
      method: 'DELETE',
      path: '/staff/:id',
      access: 'staff:staff',
      summary: 'Take a staff account away, with all its sessions',
      description: grants,
      reply: { 204: Empty },
      problems: [conflict],
    },
    ...staffOperations,
    ...roleOperations,
    ...signInRuleOperations,
    listStaff: {
      method: 'GET',
      path: '/staff',
      access: 'staff:staff',
      summary: 'List staff',
      query: Type.Object(paging),
      reply: { 200: Page(Profile) },
    },
    listCustomers: {
      method: 'GET',
      path: '/customers',
      access: 'staff:customers',
      summary: 'List customers, newest first',
      query: Type.Object({
        ...paging,
        q: Type.Optional(Type.String({ maxLength: 200, description: 'Part of the name or the e-mail' })),
      }),
      reply: { 200: Page(Profile) },
    },
    getCustomer: {
      method: 'GET',
      path: '/customers/:id',
      access: 'staff:customers',
      summary: 'Read a customer’s profile; their orders are listed by `ownerId`',
      reply: { 200: Profile },
    },
  },
)
