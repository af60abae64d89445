import type { OperationSpec } from '@rialto/kit/contract'
import { Id, input, Page, paging, Text, Type } from '@rialto/kit/schema'
import { Saga, SagaDetails, SagaKind, SagaOutcome, SagaState, sagaActionRefused } from './saga-schemas.ts'

const operations = 'staff:operations' as const
const note = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'Kept with who did it. No personal data.',
  }),
)

/** What operators see and do of checkouts, cancellations and refunds on their way. */
export const sagaOperations = {
  listSagas: {
    method: 'GET',
    path: '/sagas',
    access: operations,
    summary: 'List checkouts, cancellations and refunds on their way or ended, newest first',
    query: Type.Object({
      ...paging,
      kind: Type.Optional(SagaKind),
      state: Type.Optional(SagaState),
    }),
    reply: { 200: Page(Saga) },
  },
  getSaga: {
    method: 'GET',
    path: '/sagas/:id',
    access: operations,
    summary: 'Read one with its steps, and what staff have done about it',
    reply: { 200: SagaDetails },
  },
  retrySaga: {
    method: 'POST',
    path: '/sagas/:id/retry',
    access: operations,
    limit: 'write',
    summary: 'Try the present step at once instead of at its time',
    body: input({ note }),
    reply: { 200: SagaDetails },
    problems: [sagaActionRefused],
  },
  skipSaga: {
    method: 'POST',
    path: '/sagas/:id/skip',
    access: operations,
    limit: 'write',
    summary: 'Tell what became of a payment or refund that the gateway does not answer about',
    description:
      'Look into the gateway’s back office first. It is asked once more before your word is taken. Approved: the money is held, charged or given back, whatever was to be done; declined: it is not, nor will be.',
    body: input({ outcome: SagaOutcome, note: Text(200) }),
    reply: { 200: SagaDetails },
    problems: [sagaActionRefused],
  },
  compensateSaga: {
    method: 'POST',
    path: '/sagas/:id/compensate',
    access: operations,
    limit: 'write',
    summary: 'Give up an undecided checkout: goods, coupons and money are given back',
    body: input({ note }),
    reply: { 200: SagaDetails },
    problems: [sagaActionRefused],
  },
  listClaims: {
    method: 'POST',
    path: '/checkouts/claims',
    access: 'service',
    internal: true,
    idempotent: false,
    summary: 'Tell which of these checkouts still need the goods that are held for them',
    body: input({ checkoutIds: Type.Array(Id('chk'), { minItems: 1, maxItems: 500 }) }),
    reply: { 200: Type.Object({ checkoutIds: Type.Array(Id('chk')) }) },
  },
} as const satisfies Record<string, OperationSpec>
