import type { OperationSpec } from '@rialto/kit/contract'
import { Empty, entity, Id, Instant, type Static, Type } from '@rialto/kit/schema'
import { ownWithoutFactor } from './contract-shapes.ts'

export const OpenSession = entity('OpenSession', {
  id: Id('sess'),
  device: Type.Optional(
    Type.String({ description: 'Such as `Firefox on Windows`; absent when nothing is known' }),
  ),
  createdAt: Instant,
  lastUsedAt: Type.Unsafe<string>({ ...Instant, description: 'To some minutes' }),
  expiresAt: Instant,
  isCurrent: Type.Boolean({ description: 'Whether it is the one that asks' }),
})
export type OpenSession = Static<typeof OpenSession>

const OpenSessions = Type.Object({ items: Type.Array(OpenSession, { maxItems: 100 }) })

export const sessionOperations = {
  listSessions: {
    method: 'GET',
    path: '/me/sessions',
    access: ownWithoutFactor,
    summary: 'List the own sessions, the last used first',
    description: 'At most 100; ending the others ends all.',
    reply: { 200: OpenSessions },
  },
  endSession: {
    method: 'DELETE',
    path: '/me/sessions/:id',
    access: ownWithoutFactor,
    summary: 'End one of the own sessions',
    reply: { 204: Empty },
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/me/sessions',
    access: ownWithoutFactor,
    summary: 'End all own sessions but the present one',
    reply: { 204: Empty },
  },
  listStaffSessions: {
    method: 'GET',
    path: '/staff/:id/sessions',
    access: 'staff:staff',
    summary: 'List the sessions of a staff member',
    reply: { 200: OpenSessions },
  },
  endStaffSessions: {
    method: 'DELETE',
    path: '/staff/:id/sessions',
    access: 'staff:staff',
    summary: 'End all sessions of a staff member',
    description: 'Nobody does so to whom may do more than they.',
    reply: { 204: Empty },
  },
} as const satisfies Record<string, OperationSpec>
