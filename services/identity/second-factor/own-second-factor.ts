import type { Tx } from '@rialto/kit/database'
import { conflict, notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { lockAccount } from '../account-store.ts'
import { forgetAttempts } from '../attempt-store.ts'
import { note } from '../audit/note.ts'
import { staffToChange } from '../change-staff.ts'
import type { identity } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import type { Own } from '../own.ts'
import { demandOwner } from '../passwords/demand-owner.ts'
import { tellWay } from '../tell-way.ts'
import { demandCode, demandCodeTries } from './demand-code.ts'
import * as store from './second-factor-store.ts'
import { demandFactorLeft, demandStrongStaff, strengthenFirst } from './strength.ts'

export const getSecondFactor: Handler<typeof identity.getSecondFactor> = async (
  _input,
  { actor, database },
) => {
  const accountId = signedIn(actor)
  const factor = await store.findSecondFactor(database, accountId)
  const isOn = !!factor?.confirmedAt
  return { isOn, recoveryCodesLeft: isOn ? await store.countRecoveryCodes(database, accountId) : 0 }
}

export const startSecondFactor: Handler<typeof identity.startSecondFactor, Own> = async (
  { password },
  context,
) => {
  const { own, database } = context
  const { id: accountId, email } = await demandOwner(context, password)
  await demandStrongStaff(database, context)
  const factor = { accountId, secret: own.codes.newSecret(accountId) }
  await database.transaction(async (tx) => {
    if (!(await store.saveSecret(tx, factor)))
      throw conflict('The second factor is on already. Switch it off before you set up another device.')
    await forgetAttempts(tx, { kind: 'sign-in', key: email })
  })
  return own.codes.forApp(factor, email)
}

export const confirmSecondFactor: Handler<typeof identity.confirmSecondFactor, Own> = async (
  { code },
  context,
) => {
  const { own, actor, database, now } = context
  const accountId = signedIn(actor)
  await demandCodeTries(database, accountId, now())
  return database.transaction(async (tx) => {
    await demandCode(tx, { own, accountId, code, now: now() })
    await demandStrongStaff(tx, context)
    await strengthenFirst(tx, context)
    if (!(await store.confirmSecret(tx, accountId, now()))) throw conflict('The second factor is on already.')
    await tellWay(tx, accountId, { way: 'second-factor', change: 'added' }, now())
    return newCodes(tx, own, accountId)
  })
}

export const renewRecoveryCodes: Handler<typeof identity.renewRecoveryCodes, Own> = async (
  { code },
  { own, actor, database, now },
) => {
  const accountId = signedIn(actor)
  await demandCodeTries(database, accountId, now())
  return database.transaction(async (tx) => {
    await demandCode(tx, { own, accountId, code, now: now() })
    return newCodes(tx, own, accountId)
  })
}

export const stopSecondFactor: Handler<typeof identity.stopSecondFactor, Own> = async (
  { password, code },
  context,
) => {
  const { own, database, now } = context
  const { id: accountId, email } = await demandOwner(context, password)
  await demandCodeTries(database, accountId, now())
  await database.transaction(async (tx) => {
    await lockAccount(tx, accountId)
    await demandCode(tx, { own, accountId, code, now: now() })
    await store.deleteSecondFactor(tx, accountId)
    await demandFactorLeft(tx, context)
    await tellWay(tx, accountId, { way: 'second-factor', change: 'removed' }, now())
    await forgetAttempts(tx, { kind: 'sign-in', key: email })
  })
  return null
}

export const removeStaffSecondFactor: WriteHandler<typeof identity.removeStaffSecondFactor> = async (
  { id },
  context,
) => {
  await staffToChange(id, context)
  if (!(await store.deleteSecondFactor(context.tx, id))) throw notFound('No second factor is asked for.')
  await tellWay(context.tx, id, { way: 'second-factor', change: 'removed' }, context.now())
  await note(context.tx, context, { action: 'staff.second-factor-removed', subjectId: id })
  return null
}

async function newCodes(tx: Tx, own: Own, accountId: string): Promise<{ recoveryCodes: string[] }> {
  const recoveryCodes = own.codes.newRecoveryCodes()
  const hashes = recoveryCodes.map((code) => own.codes.recoveryHash(accountId, code.replaceAll('-', '')))
  await store.replaceRecoveryCodes(tx, accountId, hashes)
  return { recoveryCodes }
}
