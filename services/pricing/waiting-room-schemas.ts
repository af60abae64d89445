import { event } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import { entity, Id, Instant, type Static, Type, Version } from '@rialto/kit/schema'

export const roomFields = {
  waitsFrom: Instant,
  opensAt: Instant,
  endsAt: Instant,
  perMinute: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    description: 'How many are let in to the checkout, in all of the shop',
  }),
  passMinutes: Type.Integer({ minimum: 1, maximum: 240, description: 'For so long whoever is in may buy' }),
  productIds: Type.Optional(
    Type.Array(Id('prod'), {
      minItems: 1,
      maxItems: 1000,
      description: 'Only carts with one of these products wait, or with goods of `categoryIds`',
    }),
  ),
  categoryIds: Type.Optional(
    Type.Array(Id('cat'), {
      minItems: 1,
      maxItems: 100,
      description: 'Only carts with goods in one of these categories or below wait, or with `productIds`',
    }),
  ),
}
export const WaitingRoom = entity(
  'WaitingRoom',
  { id: Id('room'), ...roomFields, version: Version },
  'Before the checkout, while there is a sale: who comes before it opens is shuffled, who comes later stands behind',
)
export type WaitingRoom = Static<typeof WaitingRoom>

export const waitingRoom = problem('waiting-room', 429, 'There is a line before this', {
  ahead: Type.Optional(Type.Integer({ description: 'How many come before; not known before it opens' })),
  waitSeconds: Type.Integer({ description: 'About how long it takes. Retry-After says when to ask again.' }),
})
export const waitingRoomChanged = event('waiting-room.changed', 1, Type.Object({ id: Id('room') }))
