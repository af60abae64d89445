import type { OperationSpec } from '@rialto/kit/contract'
import { conflict } from '@rialto/kit/problem'
import {
  Empty,
  entity,
  Id,
  Instant,
  input,
  Page,
  paging,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'
import { Permissions, Profile, RoleIds } from './contract-shapes.ts'

export const Role = entity('Role', {
  id: Id('role'),
  name: Type.String(),
  permissions: Type.Array(Type.String()),
  createdAt: Instant,
  version: Version,
})
export type Role = Static<typeof Role>

const limits =
  'Nobody makes, changes, gives or takes a role that may do more than they, or changes one they have.'

export const roleOperations = {
  createRole: {
    method: 'POST',
    path: '/roles',
    access: 'staff:staff',
    summary: 'Make a role: a set of permissions with a name',
    description: limits,
    body: input({ name: Text(100), permissions: Permissions }),
    reply: { 201: Role },
    problems: [conflict],
  },
  listRoles: {
    method: 'GET',
    path: '/roles',
    access: 'staff:staff',
    summary: 'List roles, newest first',
    query: Type.Object(paging),
    reply: { 200: Page(Role) },
  },
  updateRole: {
    method: 'PATCH',
    path: '/roles/:id',
    access: 'staff:staff',
    summary: 'Change a role, and with it what all who have it may do',
    description: limits,
    body: input({ name: Type.Optional(Text(100)), permissions: Type.Optional(Permissions) }),
    reply: { 200: Role },
    problems: [conflict],
  },
  removeRole: {
    method: 'DELETE',
    path: '/roles/:id',
    access: 'staff:staff',
    summary: 'Remove a role that nobody has',
    description: limits,
    reply: { 204: Empty },
    problems: [conflict],
  },
  setStaffRoles: {
    method: 'PUT',
    path: '/staff/:id/roles',
    access: 'staff:staff',
    summary: 'Say which roles a staff member has, besides the permissions they were given',
    description: limits,
    body: input({ roleIds: RoleIds }),
    reply: { 200: Profile },
    problems: [conflict],
  },
} as const satisfies Record<string, OperationSpec>
