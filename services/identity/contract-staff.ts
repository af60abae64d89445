import { event, type OperationSpec } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import {
  Email,
  Empty,
  entity,
  Id,
  Instant,
  input,
  oneOf,
  Page,
  paging,
  type Static,
  Text,
  Type,
} from '@rialto/kit/schema'
import { linkExpired } from './contract-passwords.ts'
import {
  LinkRequested,
  LinkToken,
  Password,
  Permissions,
  Profile,
  permissions,
  RoleIds,
} from './contract-shapes.ts'

export const emailTaken = problem('email-taken', 409, 'An account with this e-mail exists')

/** Somebody is to become a colleague, and chooses the password. */
export const staffInvited = event('staff.invited', 1, LinkRequested)

export const staffEvents = [staffInvited]

export const AuditEntry = entity('AuditEntry', {
  id: Id('audit'),
  at: Instant,
  actorId: Type.String({ description: 'The staff member or the key' }),
  action: Type.String({ description: 'Such as `staff.changed`', examples: ['staff.changed'] }),
  subjectId: Type.String({ description: 'The account, key or role that was changed, or `shop`' }),
  fields: Type.Array(Type.String(), { description: 'Names of the fields that were changed' }),
  permissionsBefore: Type.Optional(Type.Array(Type.String())),
  permissionsAfter: Type.Optional(Type.Array(Type.String())),
})
export type AuditEntry = Static<typeof AuditEntry>

const Addressee = Type.Object({ id: Id('staff'), email: Email })

export const actions = [
  'staff.created',
  'staff.invited',
  'staff.invited-again',
  'staff.changed',
  'staff.removed',
  'staff.sessions-ended',
  'staff.second-factor-removed',
  'role.created',
  'role.changed',
  'role.removed',
  'key.created',
  'key.revoked',
  'customer.erased',
  'sign-in-rules.second-factor-demanded',
  'sign-in-rules.second-factor-left-free',
] as const

export const staffOperations = {
  inviteStaff: {
    method: 'POST',
    path: '/staff/invitations',
    access: 'staff:staff',
    summary: 'Invite a person as a colleague, by mail',
    description:
      'Who accepts chooses the password. Give permissions, roles, or both. Nobody gives permissions beyond their own.',
    body: input({
      email: Email,
      name: Text(100),
      permissions: Type.Optional(Permissions),
      roleIds: Type.Optional(RoleIds),
    }),
    reply: { 201: Profile },
    problems: [emailTaken],
  },
  inviteStaffAgain: {
    method: 'POST',
    path: '/staff/:id/invitation',
    access: 'staff:staff',
    summary: 'Send the invitation again; the former link is void',
    reply: { 204: Empty },
    problems: [conflict],
    idempotent: false,
  },
  acceptInvitation: {
    method: 'POST',
    path: '/accept-invitation',
    access: 'anyone',
    limit: 'auth',
    summary: 'Become staff by the link of an invitation, with a password of one’s own',
    body: input({ token: LinkToken, password: Password }),
    reply: { 204: Empty },
    problems: [linkExpired],
    idempotent: false,
  },
  listStaffToTell: {
    method: 'GET',
    path: '/staff-to-tell',
    access: 'service',
    internal: true,
    summary: 'List the staff who may do something, for a mail about it',
    description: 'The 50 who have been there longest, without those who have not accepted their invitation.',
    query: Type.Object({ permission: oneOf(permissions) }),
    reply: { 200: Type.Object({ items: Type.Array(Addressee, { maxItems: 50 }) }) },
  },
  listAudit: {
    method: 'GET',
    path: '/audit',
    access: 'staff:staff',
    summary: 'List who of the staff changed what about accounts and keys, newest first',
    query: Type.Object({
      ...paging,
      actorId: Type.Optional(Type.String({ maxLength: 100 })),
      subjectId: Type.Optional(Type.String({ maxLength: 100 })),
      action: Type.Optional(oneOf(actions)),
    }),
    reply: { 200: Page(AuditEntry) },
  },
} as const satisfies Record<string, OperationSpec>
