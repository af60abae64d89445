import { notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { findAccount, lockStaff } from '../account-store.ts'
import { note } from '../audit/note.ts'
import { demandHeld } from '../change-staff.ts'
import type { identity, OpenSession } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { deviceOf } from './device.ts'
import * as store from './session-store.ts'

export const listSessions: Handler<typeof identity.listSessions> = async (
  _input,
  { actor, database, now, sessionId },
) => {
  const rows = await store.listSessions(database, signedIn(actor), now())
  return { items: rows.map((row) => openSession(row, sessionId)) }
}

export const endSession: Handler<typeof identity.endSession> = async ({ id }, { actor, database }) => {
  if (!(await store.endSession(database, signedIn(actor), id))) throw notFound('There is no such session.')
  return null
}

export const endOtherSessions: WriteHandler<typeof identity.endOtherSessions> = async (
  _input,
  { tx, actor, sessionId },
) => {
  await store.endSessions(tx, signedIn(actor), sessionId)
  return null
}

export const listStaffSessions: Handler<typeof identity.listStaffSessions> = async (
  { id },
  { database, now, sessionId },
) => {
  const account = await findAccount(database, id)
  if (account?.role !== 'staff') throw noStaff()
  const rows = await store.listSessions(database, id, now())
  return { items: rows.map((row) => openSession(row, sessionId)) }
}

export const endStaffSessions: WriteHandler<typeof identity.endStaffSessions> = async ({ id }, context) => {
  const { tx, actor } = context
  const account = await lockStaff(tx, id)
  if (!account) throw noStaff()
  demandHeld(actor, account.permissions)
  await store.endSessions(tx, id)
  await note(tx, context, { action: 'staff.sessions-ended', subjectId: id })
  return null
}

function openSession(row: store.SessionRow, current: string | undefined): OpenSession {
  const { id, userAgent, createdAt, usedAt: lastUsedAt, expiresAt } = row
  return { id, device: deviceOf(userAgent), createdAt, lastUsedAt, expiresAt, isCurrent: id === current }
}

function noStaff() {
  return notFound('There is no such staff member.')
}
