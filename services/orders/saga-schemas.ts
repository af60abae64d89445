import { problem } from '@rialto/kit/problem'
import { entity, Id, Instant, Link, Money, oneOf, type Static, Type } from '@rialto/kit/schema'

export const sagaKinds = ['checkout', 'cancellation', 'refund'] as const
export const sagaStates = ['running', 'waiting', 'stuck', 'done', 'failed'] as const
export const sagaActions = ['retry', 'skip', 'compensate'] as const
export const SagaKind = oneOf(sagaKinds, { title: 'SagaKind' })
export const SagaState = oneOf(sagaStates, { title: 'SagaState' })
export const SagaOutcome = oneOf(['approved', 'declined'], { title: 'SagaOutcome' })
const SagaActionName = oneOf(sagaActions, { title: 'SagaActionName' })
export type SagaActionName = Static<typeof SagaActionName>

/** For whom a saga waits; `person`: it goes no further without one. */
export const WaitsFor = oneOf(
  ['shopper', 'gateway', 'inventory', 'pricing', 'payments', 'cart', 'person'] as const,
  { title: 'SagaWaitsFor' },
)
export type WaitsFor = Static<typeof WaitsFor>

/** What was done of one step so far. */
export const SagaStep = entity('SagaStep', {
  name: Type.String({ examples: ['reserve', 'authorize', 'capture', 'goods', 'money'] }),
  state: oneOf(['open', 'done', 'refused']),
  attempts: Type.Integer(),
  startedAt: Instant,
  endedAt: Type.Optional(Instant),
  waitsFor: Type.Optional(WaitsFor),
  note: Type.Optional(Type.String({ description: 'What came of it, in plain words' })),
})
export type SagaStep = Static<typeof SagaStep>

const saga = {
  id: Type.String({ description: '`chk_…` of a checkout, `can_…` of a cancellation, `ref_…` of a refund' }),
  kind: SagaKind,
  state: oneOf(sagaStates, {
    title: 'SagaState',
    description:
      '`waiting`: for somebody outside, and goes on by itself; `stuck`: for so long, or for such a reason, that a person has to look',
  }),
  checkoutId: Id('chk'),
  orderId: Type.Optional(Link('ord')),
  amount: Money,
  step: Type.String({ description: 'What is to be done next, or how it ended' }),
  since: Type.Optional({ ...Instant, description: 'When it came to this step' }),
  attempts: Type.Integer({ description: 'How often it was taken up so far' }),
  waitsFor: Type.Optional(WaitsFor),
  why: Type.Optional(Type.String({ description: 'Why it waits or failed, in plain words' })),
  waitsUntil: Type.Optional({
    ...Instant,
    description: 'When it is tried again by itself; for a shopper, when it is given up',
  }),
  allows: Type.Array(SagaActionName, { description: 'What a person can do about it now' }),
  startedAt: Instant,
}

export const Saga = entity('Saga', saga)
export type Saga = Static<typeof Saga>

export const SagaAction = entity('SagaAction', {
  action: SagaActionName,
  by: Type.String({ description: 'The member of staff' }),
  at: Instant,
  outcome: Type.Optional(SagaOutcome),
  note: Type.Optional(Type.String()),
  stepBefore: Type.String(),
  stepAfter: Type.String(),
})
export type SagaAction = Static<typeof SagaAction>

export const SagaDetails = entity('SagaDetails', {
  ...saga,
  steps: Type.Array(SagaStep),
  actions: Type.Array(SagaAction, { description: 'What staff have done about it' }),
})
export type SagaDetails = Static<typeof SagaDetails>

export const sagaActionRefused = problem('saga-action-refused', 409, 'This cannot be done about it now', {
  state: SagaState,
  step: Type.String(),
  allows: Type.Array(SagaActionName),
})
