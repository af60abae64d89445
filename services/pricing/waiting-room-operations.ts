import type { OperationSpec } from '@rialto/kit/contract'
import { Empty, input, Type } from '@rialto/kit/schema'
import { roomFields, WaitingRoom } from './waiting-room-schemas.ts'

const staff = 'staff:pricing' as const
export const waitingRoomOperations = {
  getWaitingRoom: {
    method: 'GET',
    path: '/waiting-room',
    access: ['anyone', 'service'],
    summary: 'Read the waiting room before the checkout, if there is one',
    reply: { 200: Type.Object({ room: Type.Optional(WaitingRoom) }) },
  },
  setWaitingRoom: {
    method: 'PUT',
    path: '/waiting-room',
    access: staff,
    summary: 'Put a waiting room before the checkout, or change the one there is',
    description: 'Whoever has a place keeps it when times or pace are changed.',
    body: input(roomFields),
    reply: { 200: WaitingRoom },
  },
  closeWaitingRoom: {
    method: 'DELETE',
    path: '/waiting-room',
    access: staff,
    summary: 'Take the waiting room away: everybody gets to the checkout at once',
    reply: { 204: Empty },
  },
} as const satisfies Record<string, OperationSpec>
