import type { OperationSpec } from '@rialto/kit/contract'
import { Empty, Id, input, Type } from '@rialto/kit/schema'
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
  findSaleGoods: {
    method: 'POST',
    path: '/waiting-room/goods',
    access: 'service',
    idempotent: 'by-content',
    readOnly: true,
    internal: true,
    summary: 'Tell which of these variants the waiting room is for',
    body: input({ variantIds: Type.Array(Id('var'), { minItems: 1, maxItems: 200 }) }),
    reply: { 200: Type.Object({ variantIds: Type.Array(Id('var')) }) },
  },
  setWaitingRoom: {
    method: 'PUT',
    path: '/waiting-room',
    access: staff,
    summary: 'Put a waiting room before the checkout, or change the one there is',
    description:
      'Whoever has a place keeps it when times, pace or goods are changed. Without `productIds` and `categoryIds` it is for all that the shop sells.',
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
