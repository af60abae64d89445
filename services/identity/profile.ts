import type { Profile } from './contract.ts'

/** A user as it is stored, read by better-auth or by us. */
export interface Account {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string
  readonly role: string
  readonly permissions: readonly string[]
  /** Where it was read for those who manage staff. */
  readonly roleIds?: readonly string[] | null
  /** Where staff are listed. */
  readonly hasSecondFactor?: boolean | null
  readonly createdAt: string | Date
  readonly version: number
}

export function profileOf(account: Account): Profile {
  const { id, email, emailVerified, name, role, permissions, roleIds, createdAt, version } = account
  const { hasSecondFactor } = account
  return {
    id,
    email,
    name,
    role: role === 'staff' ? 'staff' : 'customer',
    permissions: [...permissions],
    ...(typeof hasSecondFactor === 'boolean' && { hasSecondFactor }),
    ...(roleIds?.length && { roleIds: [...roleIds] }),
    emailVerified,
    createdAt: new Date(createdAt).toISOString(),
    version,
  }
}

/** One mailbox, one account, however it is typed. */
export function normalEmail(email: string): string {
  return email.trim().toLowerCase()
}
