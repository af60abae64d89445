import { inTransaction, on, perform, service } from '@rialto/kit/service'
import { orderCancelled, orderPlaced, refundRequested } from '@rialto/orders/contract'
import { abandonPayment } from './abandon-payment.ts'
import { actOnWebhook } from './act-on-webhook.ts'
import { askPayment } from './ask-payment.ts'
import { authorize } from './authorize.ts'
import { payments } from './contract.ts'
import {
  askOpenPayments,
  capturePayment,
  deliverSandboxWebhook,
  processWebhook,
  releasePayment,
  settlePayment,
} from './jobs.ts'
import { listLedger } from './list-ledger.ts'
import { listPaymentMethods } from './list-payment-methods.ts'
import { listPayments } from './list-payments.ts'
import { onOrderCancelled } from './on-order-cancelled.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onRefundRequested } from './on-refund-requested.ts'
import { config, openOwn } from './own.ts'
import { askAllOpen, captureNow, releaseNow, settleNow } from './pursue-payment.ts'
import { receiveWebhook } from './receive-webhook.ts'
import { answerSandboxChallenge } from './sandbox/answer-challenge.ts'
import { getSandboxChallenge } from './sandbox/get-challenge.ts'
import { sendSandboxWebhook } from './sandbox/send-webhook.ts'
import { tokenizeSandboxCard } from './sandbox/tokenize-card.ts'

export default service(payments, {
  directory: import.meta.dirname,
  config,
  open: openOwn,
  routes: {
    listPaymentMethods,
    authorize,
    askPayment,
    abandonPayment: inTransaction(abandonPayment),
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
    perform(capturePayment, captureNow),
    perform(releasePayment, releaseNow),
    perform(settlePayment, settleNow),
    perform(askOpenPayments, askAllOpen),
    perform(processWebhook, actOnWebhook),
    perform(deliverSandboxWebhook, sendSandboxWebhook),
  ],
})
