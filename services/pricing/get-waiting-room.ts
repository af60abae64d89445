import type { Handler } from '@rialto/kit/service'
import type { pricing } from './contract.ts'
import { findRoom } from './waiting-room-store.ts'

export const getWaitingRoom: Handler<typeof pricing.getWaitingRoom> = async (_, { database, now }) => {
  const room = await findRoom(database, now())
  return room ? { room } : {}
}
