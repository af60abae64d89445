import { inTransaction, on, perform, service } from '@rialto/kit/service'
import { orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import { abandonPayment } from './abandon-payment.ts'
import { actOnWebhook } from './act-on-webhook.ts'
import { askPayment } from './ask-payment.ts'
import { authorize } from './authorize.ts'
import { capturePayment } from './capture-payment.ts'
import { payments } from './contract.ts'
import { decidePayment } from './decide-payment.ts'
import { deliverSandboxWebhook, processWebhook, settlePayment } from './jobs.ts'
import { listLedger } from './list-ledger.ts'
import { listPaymentMethods } from './list-payment-methods.ts'
import { listPayments } from './list-payments.ts'
import { onOrderCancelled } from './on-order-cancelled.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onRefundRequested } from './on-refund-requested.ts'
import { config, openOwn } from './own.ts'
import { askAllOpen, settleNow } from './pursue-payment.ts'
import { receiveWebhook } from './receive-webhook.ts'
import { refundPayment } from './refund-payment.ts'
import { answerSandboxChallenge } from './sandbox/answer-challenge.ts'
import { getSandboxChallenge } from './sandbox/get-challenge.ts'
import { forgetTokens } from './sandbox/sandbox-store.ts'
import { sendSandboxWebhook } from './sandbox/send-webhook.ts'
import { tokenizeSandboxCard } from './sandbox/tokenize-card.ts'

export default service(payments, {
  directory: import.meta.dirname,
  findsByKey: true,
  config,
  open: openOwn,
  routes: {
    listPaymentMethods,
    authorize,
    askPayment,
    abandonPayment,
    capturePayment,
    refundPayment,
    decidePayment,
    listPayments,
    listLedger,
    receiveWebhook,
    tokenizeSandboxCard,
    getSandboxChallenge,
    answerSandboxChallenge: inTransaction(answerSandboxChallenge),
  },
  hears: [
    on(orderPlaced, onOrderPlaced),
    on(orderCancelled, onOrderCancelled),
    on(refundRequested, onRefundRequested),
  ],
  jobs: [
    perform(settlePayment, settleNow),
    perform(processWebhook, actOnWebhook),
    perform(deliverSandboxWebhook, sendSandboxWebhook),
  ],
  watches: [
    { everyMs: 5_000, look: askAllOpen },
    { everyMs: 60_000, look: ({ database, now }) => forgetTokens(database, now()) },
  ],
})
