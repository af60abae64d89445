import { contract, event } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import {
  Empty,
  entity,
  Id,
  Instant,
  input,
  Minor,
  Money,
  oneOf,
  Page,
  paging,
  type Static,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

export const paymentStatuses = [
  'authorizing',
  'action-required',
  'unknown',
  'authorized',
  'declined',
  'captured',
  'partially-refunded',
  'refunded',
  'voided',
] as const

export const Payment = entity('Payment', {
  id: Id('pay'),
  checkoutId: Id('chk'),
  gateway: Type.String(),
  status: oneOf(paymentStatuses, {
    description: '`unknown`: the gateway did not answer; it is asked until it does',
  }),
  amount: Money,
  captured: Minor(),
  refunded: Minor(),
  declineReason: Type.Optional(Type.String({ description: 'In words for the shopper' })),
  declineField: Type.Optional(
    oneOf(['number', 'expiry', 'cvc'], { description: 'The card field to correct' }),
  ),
  redirectUrl: Type.Optional(
    Type.String({ description: 'Where the shopper confirms, while action is required' }),
  ),
  createdAt: Instant,
  version: Version,
})
export type Payment = Static<typeof Payment>

export const LedgerEntry = entity(
  'LedgerEntry',
  {
    id: Id('led'),
    paymentId: Id('pay'),
    account: oneOf(['customer', 'authorized', 'gateway', 'revenue', 'refunds']),
    debit: Minor(),
    credit: Minor(),
    currency: Type.String(),
    kind: oneOf(['authorize', 'capture', 'void', 'refund']),
    at: Instant,
  },
  'One side of a double entry; per posting debits equal credits',
)
export type LedgerEntry = Static<typeof LedgerEntry>

export const invalidCard = problem('invalid-card', 400, 'The card is not valid', {
  errors: Type.Array(Type.Object({ field: Type.String(), message: Type.String() })),
})
export const paymentGatewayDown = problem(
  'payment-gateway-unavailable',
  503,
  'The payment gateway does not answer',
)
export const paymentGatewayUnknown = problem(
  'payment-gateway-unknown',
  400,
  'There is no such payment gateway here',
)
export const nothingInDoubt = problem('nothing-in-doubt', 409, 'The gateway has told how it stands')
export const webhookRefused = problem('webhook-refused', 400, 'The webhook is not genuine')

const Outcome = Type.Object({ paymentId: Id('pay'), checkoutId: Id('chk'), amount: Money })
export const paymentAuthorized = event('payment.authorized', 1, Outcome)
export const paymentDeclined = event(
  'payment.declined',
  1,
  Type.Object({ ...Outcome.properties, reason: Type.String() }),
)
export const paymentCaptured = event('payment.captured', 1, Outcome)
export const paymentVoided = event('payment.voided', 1, Outcome)
export const paymentRefunded = event(
  'payment.refunded',
  1,
  Type.Object({ ...Outcome.properties, refundId: Id('ref'), refundedTotal: Type.Integer() }),
)
export const refundFailed = event(
  'refund.failed',
  1,
  Type.Object({ ...Outcome.properties, refundId: Id('ref'), reason: Type.String() }),
)

const staff = 'staff:payments' as const
export const payments = contract(
  'payments',
  {
    version: 1,
    summary: 'Payments, refunds and the ledger',
    events: [
      paymentAuthorized,
      paymentDeclined,
      paymentCaptured,
      paymentVoided,
      paymentRefunded,
      refundFailed,
    ],
  },
  {
    listPaymentMethods: {
      method: 'GET',
      path: '/payment-methods',
      access: ['anyone', 'service'],
      summary: 'List the ways to pay',
      reply: {
        200: Type.Object({
          items: Type.Array(
            Type.Object({
              gateway: Type.String(),
              name: Type.String(),
              testCards: Type.Array(Type.Object({ number: Type.String(), outcome: Type.String() }), {
                description: 'Of a sandbox only',
              }),
            }),
          ),
        }),
      },
    },
    authorize: {
      method: 'POST',
      path: '/payments',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'Hold the amount for a checkout; repeating it gives the same payment',
      body: input({
        checkoutId: Id('chk'),
        gateway: Text(50),
        token: Text(200),
        amount: Money,
        returnUrl: Text(2000),
      }),
      reply: { 200: Payment },
      problems: [paymentGatewayUnknown],
    },
    askPayment: {
      method: 'POST',
      path: '/payments/ask',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'Ask the gateway what became of a checkout’s payment, where that is open',
      body: input({ checkoutId: Id('chk') }),
      reply: { 200: Payment },
    },
    abandonPayment: {
      method: 'POST',
      path: '/payments/abandon',
      access: 'service',
      internal: true,
      idempotent: 'by-content',
      summary: 'The checkout is dead: void or refund whatever was or will be held for it',
      body: input({ checkoutId: Id('chk') }),
      reply: {
        200: Type.Object({
          settled: Type.Boolean({ description: 'Nothing is held or owed any more, nor ever will be' }),
          givenBack: Type.Integer({ description: 'Minor units that had been charged and went back' }),
          refusal: Type.Optional(Type.String({ description: 'Why the gateway gives nothing back' })),
        }),
      },
    },
    capturePayment: {
      method: 'POST',
      path: '/payments/capture',
      access: 'service',
      internal: true,
      idempotent: false,
      summary: 'Charge what is held for an order; repeating it charges once',
      body: input({ checkoutId: Id('chk') }),
      reply: { 200: Payment },
    },
    refundPayment: {
      method: 'POST',
      path: '/payments/refund',
      access: 'service',
      internal: true,
      idempotent: false,
      summary: 'Give money back; repeating it under the same id gives it once',
      body: input({ refundId: Id('ref'), checkoutId: Id('chk'), amount: Money }),
      reply: {
        200: Type.Object({
          status: oneOf(['open', 'done', 'failed'], { description: '`open`: the gateway has not answered' }),
          refundedTotal: Type.Integer({ description: 'Of the payment so far, minor units' }),
          reason: Type.Optional(Type.String({ description: 'Why it failed' })),
        }),
      },
    },
    decidePayment: {
      method: 'POST',
      path: '/payments/decide',
      access: 'service',
      internal: true,
      idempotent: false,
      summary: 'Take a person’s word for what the gateway does not tell; asks the gateway once more before',
      body: input({
        checkoutId: Id('chk'),
        refundId: Type.Optional(Id('ref')),
        outcome: oneOf(['approved', 'declined']),
        decidedBy: Text(100),
        note: Text(200),
      }),
      reply: { 200: Payment },
      problems: [nothingInDoubt],
    },
    listPayments: {
      method: 'GET',
      path: '/payments',
      access: staff,
      summary: 'List payments, newest first',
      query: Type.Object({
        ...paging,
        checkoutId: Type.Optional(Id('chk')),
        status: Type.Optional(oneOf(paymentStatuses)),
      }),
      reply: { 200: Page(Payment) },
    },
    listLedger: {
      method: 'GET',
      path: '/payments/:id/ledger',
      access: staff,
      summary: 'List the ledger entries of a payment',
      reply: { 200: Type.Object({ items: Type.Array(LedgerEntry) }) },
    },
    receiveWebhook: {
      method: 'POST',
      path: '/payments/webhooks/:gateway',
      access: 'anyone',
      urgent: true,
      idempotent: 'by-content',
      summary: 'Take a signed notification of a gateway',
      body: { raw: 'application/json', maxBytes: 65_536 },
      reply: { 204: Empty },
      problems: [webhookRefused],
    },
    tokenizeSandboxCard: {
      method: 'POST',
      path: '/sandbox-gateway/tokens',
      access: 'anyone',
      urgent: true,
      idempotent: false,
      summary: 'Sandbox gateway: turn a test card into a token, as a real gateway’s card fields do',
      body: input({ number: Text(30), expiry: Text(10), cvc: Text(4) }),
      reply: { 201: Type.Object({ token: Type.String(), last4: Type.String() }) },
      problems: [invalidCard],
    },
    getSandboxChallenge: {
      method: 'GET',
      path: '/sandbox-gateway/challenges/:id',
      access: 'anyone',
      urgent: true,
      summary: 'Sandbox gateway: what the 3-D Secure page shows',
      reply: {
        200: entity('SandboxChallenge', {
          id: Type.String(),
          amount: Money,
          status: oneOf(['open', 'approved', 'refused']),
          returnUrl: Type.String(),
        }),
      },
    },
    answerSandboxChallenge: {
      method: 'POST',
      path: '/sandbox-gateway/challenges/:id',
      access: 'anyone',
      urgent: true,
      idempotent: false,
      summary: 'Sandbox gateway: approve or refuse a 3-D Secure challenge',
      body: input({ approve: Type.Boolean() }),
      reply: { 200: Type.Object({ returnUrl: Type.String() }) },
    },
  },
)
