import { json, type Queries, sql, type Tx } from '@rialto/kit/database'

export interface PasskeyRow {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly credentialId: string
  readonly publicKey: string
  readonly transports: readonly string[]
  readonly createdAt: string
  readonly usedAt: string | null
}

const columns = sql`id, account_id, name, credential_id, public_key, transports, created_at, used_at`

/** Oldest first. */
export function listPasskeys(queries: Queries, accountId: string): Promise<PasskeyRow[]> {
  return queries.rows<PasskeyRow>`
    select ${columns} from passkeys where account_id = ${accountId} order by id limit 100`
}

export function findPasskey(queries: Queries, credentialId: string): Promise<PasskeyRow | undefined> {
  return queries.row<PasskeyRow>`select ${columns} from passkeys where credential_id = ${credentialId}`
}

export async function insertPasskey(
  tx: Tx,
  { counter, ...row }: Omit<PasskeyRow, 'usedAt'> & { counter: number },
): Promise<void> {
  const { id, accountId, name, credentialId, publicKey, transports, createdAt } = row
  await tx.run`
    insert into passkeys (id, account_id, name, credential_id, public_key, counter, transports, created_at)
    values (${id}, ${accountId}, ${name}, ${credentialId}, ${publicKey}, ${counter}, ${json(transports)},
      ${createdAt})`
}

/** Notes a use. False when the passkey is gone, or its device counts no higher than before: then there are two of it. */
export async function countUse(
  tx: Tx,
  { id, counter, now }: { id: string; counter: number; now: Date },
): Promise<boolean> {
  const counted = await tx.run`
    update passkeys set counter = ${counter}, used_at = ${now}
    where id = ${id} and (counter < ${counter} or (counter = 0 and ${counter} = 0))`
  return counted === 1
}

export function renamePasskey(
  tx: Tx,
  { id, accountId, name }: { id: string; accountId: string; name: string },
): Promise<PasskeyRow | undefined> {
  return tx.row<PasskeyRow>`
    update passkeys set name = ${name} where id = ${id} and account_id = ${accountId} returning ${columns}`
}

export async function deletePasskey(tx: Tx, accountId: string, id: string): Promise<boolean> {
  return (await tx.run`delete from passkeys where id = ${id} and account_id = ${accountId}`) === 1
}
