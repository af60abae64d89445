import type { Queries, Tx } from '@rialto/kit/database'

export interface PasswordHolder {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly hash: string
}

/** Who has a password for this account, found by e-mail or id. */
export function findHolder(
  queries: Queries,
  by: { readonly email: string } | { readonly id: string },
): Promise<PasswordHolder | undefined> {
  const [id, email] = 'id' in by ? [by.id, null] : [null, by.email]
  return queries.row<PasswordHolder>`
    select u.id, u.email, u.name, a.password as hash
    from users u join accounts a on a.user_id = u.id and a.provider_id = 'credential'
    where u.id = ${id} or u.email = ${email}`
}

/** Who may be sent a link for a new password: who has one, and customers, who may get their first by it. */
export function findForReset(
  queries: Queries,
  email: string,
): Promise<Omit<PasswordHolder, 'hash'> | undefined> {
  return queries.row<Omit<PasswordHolder, 'hash'>>`
    select id, email, name from users u where email = ${email} and (role = 'customer'
      or exists (select 1 from accounts a where a.user_id = u.id and a.provider_id = 'credential'))`
}

/** Replaces the password; false when it is no longer the one that was. */
export async function replaceHash(
  tx: Tx,
  { id, from, to, now }: { id: string; from?: string; to: string; now: Date },
): Promise<boolean> {
  const replaced = await tx.run`
    update accounts set password = ${to}, updated_at = ${now}
    where user_id = ${id} and provider_id = 'credential' and password = coalesce(${from ?? null}, password)`
  return replaced === 1
}

/** Who can read the mail that was sent to an address owns it. */
export async function markVerified(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.run`
    update users set email_verified = true, version = version + 1, updated_at = ${now}
    where id = ${id} and not email_verified`
}
