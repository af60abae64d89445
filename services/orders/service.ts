import { customerErased, guestIdentified } from '@rialto/identity/contract'
import { inTransaction, on, perform, service } from '@rialto/kit/service'
import {
  paymentAuthorized,
  paymentCaptured,
  paymentDeclined,
  paymentRefunded,
  paymentVoided,
  refundFailed,
} from '@rialto/payments/contract'
import { shipmentDelivered } from '@rialto/shipping/contract'
import { cancelOrder } from './cancel-order.ts'
import { checkout } from './checkout.ts'
import { orders } from './contract.ts'
import { deliverFulfilment } from './deliver-fulfilment.ts'
import { forgetCustomer, onCustomerErased } from './erasure/forget-customer.ts'
import { findOrder } from './find-order.ts'
import { getCheckout } from './get-checkout.ts'
import { getOrder } from './get-order.ts'
import * as jobs from './jobs.ts'
import { listClaims } from './list-claims.ts'
import { listOrders } from './list-orders.ts'
import { onGuestIdentified } from './on-guest-identified.ts'
import { onPaymentAuthorized } from './on-payment-authorized.ts'
import { onPaymentCaptured } from './on-payment-captured.ts'
import { onPaymentDeclined } from './on-payment-declined.ts'
import { onPaymentRefunded } from './on-payment-refunded.ts'
import { onPaymentVoided } from './on-payment-voided.ts'
import { onRefundFailed } from './on-refund-failed.ts'
import { onShipmentDelivered } from './on-shipment-delivered.ts'
import { addOrderNote, listOrderNotes } from './order-notes.ts'
import { config, open } from './own.ts'
import { packOrder } from './pack-order.ts'
import { refundOrder } from './refund-order.ts'
import { resumeCheckout } from './resume-checkout.ts'
import { compensateSaga } from './sagas/compensate-saga.ts'
import { conductSaga } from './sagas/conduct-saga.ts'
import { getSaga } from './sagas/get-saga.ts'
import { listSagas } from './sagas/list-sagas.ts'
import { retrySaga } from './sagas/retry-saga.ts'
import { sagaGauges } from './sagas/saga-gauges.ts'
import { skipSaga } from './sagas/skip-saga.ts'
import { wakeSagas } from './sagas/wake-sagas.ts'
import { shipFulfilment } from './ship-fulfilment.ts'

export default service(orders, {
  directory: import.meta.dirname,
  config,
  open,
  routes: {
    checkout,
    getCheckout,
    getOrder,
    listOrders,
    findOrder,
    cancelOrder: inTransaction(cancelOrder),
    packOrder: inTransaction(packOrder),
    shipFulfilment: inTransaction(shipFulfilment),
    deliverFulfilment: inTransaction(deliverFulfilment),
    addOrderNote: inTransaction(addOrderNote),
    listOrderNotes,
    refundOrder: inTransaction(refundOrder),
    listSagas,
    getSaga,
    retrySaga,
    skipSaga,
    compensateSaga,
    listClaims,
  },
  hears: [
    on(paymentAuthorized, onPaymentAuthorized),
    on(paymentDeclined, onPaymentDeclined),
    on(paymentCaptured, onPaymentCaptured),
    on(paymentVoided, onPaymentVoided),
    on(paymentRefunded, onPaymentRefunded),
    on(refundFailed, onRefundFailed),
    on(shipmentDelivered, onShipmentDelivered),
    on(guestIdentified, onGuestIdentified),
    on(customerErased, onCustomerErased),
  ],
  jobs: [
    perform(jobs.resumeCheckout, resumeCheckout),
    perform(jobs.resumeSaga, conductSaga),
    perform(jobs.forgetCustomer, forgetCustomer),
  ],
  watches: [{ everyMs: 2_000, look: wakeSagas }],
  gauges: sagaGauges,
})
