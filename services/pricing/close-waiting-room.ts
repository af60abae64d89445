import { emit } from '@rialto/kit/outbox'
import { notFound } from '@rialto/kit/problem'
import type { WriteHandler } from '@rialto/kit/service'
import { type pricing, waitingRoomChanged } from './contract.ts'
import { endRoom, findRoom } from './waiting-room-store.ts'

export const closeWaitingRoom: WriteHandler<typeof pricing.closeWaitingRoom> = async (_, { tx, now }) => {
  const room = await findRoom(tx, now(), true)
  if (!room) throw notFound('There is no waiting room.')
  await endRoom(tx, now())
  emit(tx, waitingRoomChanged, { id: room.id }, { id: room.id, version: room.version + 1 })
  return null
}
