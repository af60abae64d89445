import type { OperationSpec } from '@rialto/kit/contract'
import { conflict } from '@rialto/kit/problem'
import { Empty, entity, Id, Instant, input, Page, paging, type Static, Text, Type } from '@rialto/kit/schema'
import { Permissions } from './contract-shapes.ts'

const fields = {
  id: Id('key'),
  ownerId: Id('staff'),
  name: Type.String(),
  prefix: Type.String({ description: 'How the key begins, by which it is recognised' }),
  permissions: Type.Array(Type.String(), {
    description: 'What it may do, as long as its owner may do so, too',
  }),
  createdAt: Instant,
  expiresAt: Type.Optional(Instant),
  lastUsedAt: Type.Optional(Type.Unsafe<string>({ ...Instant, description: 'To some minutes' })),
}
export const ApiKey = entity('ApiKey', fields)
export type ApiKey = Static<typeof ApiKey>

export const NewApiKey = entity('NewApiKey', {
  ...fields,
  secret: Type.String({
    description: 'Send as `Authorization: Bearer rk_…`. It is shown this once, and kept by nobody else.',
  }),
})
export type NewApiKey = Static<typeof NewApiKey>

export const keyOperations = {
  createApiKey: {
    method: 'POST',
    path: '/api-keys',
    access: 'staff:*',
    limit: 'auth',
    summary: 'Make a key for a machine',
    description: 'It may do no more than whoever makes it, and dies with their account. A key makes no keys.',
    body: input({ name: Text(100), permissions: Permissions, expiresAt: Type.Optional(Instant) }),
    reply: { 201: NewApiKey },
    problems: [conflict],
    // A stored answer would keep the secret.
    idempotent: false,
  },
  listApiKeys: {
    method: 'GET',
    path: '/api-keys',
    access: 'staff:*',
    summary: 'List the own keys, newest first; of everybody for who may manage staff',
    query: Type.Object({ ...paging, ownerId: Type.Optional(Type.String()) }),
    reply: { 200: Page(ApiKey) },
  },
  revokeApiKey: {
    method: 'DELETE',
    path: '/api-keys/:id',
    access: 'staff:*',
    summary: 'Take a key away: an own one, or anybody’s for who may manage staff',
    reply: { 204: Empty },
  },
} as const satisfies Record<string, OperationSpec>
