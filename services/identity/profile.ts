import type { Profile } from './contract.ts'

/** A user as it is stored, read by better-auth or by us. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly permissions: readonly string[]
  readonly createdAt: string | Date
  readonly version: number
}

export function profileOf({ id, email, name, role, permissions, createdAt, version }: Account): Profile {
  return {
    id,
    email,
    name,
    role: role === 'staff' ? 'staff' : 'customer',
    permissions: [...permissions],
    createdAt: new Date(createdAt).toISOString(),
    version,
  }
}

/** One mailbox, one account, however it is typed. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}
