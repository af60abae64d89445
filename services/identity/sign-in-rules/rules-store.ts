import { type Queries, sql, type Tx } from '@rialto/kit/database'
import type { SignInRules } from '../contract.ts'

const columns = sql`staff_need_second_factor, version`

export function findRules(queries: Queries): Promise<SignInRules> {
  return only(queries.row<SignInRules>`select ${columns} from sign_in_rules`)
}

export function lockRules(tx: Tx): Promise<SignInRules> {
  return only(tx.row<SignInRules>`select ${columns} from sign_in_rules for update`)
}

export async function saveRules(tx: Tx, { staffNeedSecondFactor, version }: SignInRules): Promise<void> {
  await tx.run`update sign_in_rules set staff_need_second_factor = ${staffNeedSecondFactor}, version = ${version}`
}

async function only(row: Promise<SignInRules | undefined>): Promise<SignInRules> {
  const rules = await row
  if (!rules) throw new Error('The row of sign_in_rules is gone')
  return rules
}
