import { emit } from '@rialto/kit/outbox'
import { invalidInput, versionConflict } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { type pricing, waitingRoomChanged } from './contract.ts'
import { findRoom, saveRoom } from './waiting-room-store.ts'

/** Opens a room, or changes the one that there is: whoever has a place in it keeps that. */
export const setWaitingRoom: WriteHandler<typeof pricing.setWaitingRoom> = async (
  { waitsFrom, opensAt, endsAt, ...pace },
  { tx, now, newId, expectedVersion },
) => {
  const present = await findRoom(tx, now(), true)
  if (expectedVersion !== undefined && expectedVersion !== present?.version) {
    throw versionConflict('The waiting room was changed in the meantime.', {
      currentVersion: present?.version,
    })
  }
  const times = [waitsFrom, opensAt, endsAt].map((text) => new Date(text)) as [Date, Date, Date]
  demandOrder(times, now())
  const [from, open, end] = times.map((time) => time.toISOString()) as [string, string, string]
  const room = {
    id: present?.id ?? newId('room'),
    ...{ waitsFrom: from, opensAt: open, endsAt: end, ...pace },
    version: (present?.version ?? 0) + 1,
  }
  await saveRoom(tx, room)
  emit(tx, waitingRoomChanged, { id: room.id }, { id: room.id, version: room.version })
  return room
}

function demandOrder([from, open, end]: readonly [Date, Date, Date], now: Date): void {
  const errors = [
    ...(open < from ? [{ field: 'opensAt', message: 'must not be before waitsFrom' }] : []),
    ...(end <= open ? [{ field: 'endsAt', message: 'must be later than opensAt' }] : []),
    ...(end <= now ? [{ field: 'endsAt', message: 'must be in the future' }] : []),
  ]
  if (errors.length === 0) return
  throw invalidInput(errors.map(({ field, message }) => `${field} ${message}`).join('; '), { errors })
}
