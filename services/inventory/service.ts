import { productChanged, productRemoved } from '@rialto/catalog/contract'
import { inTransaction, on, service } from '@rialto/kit/service'
import { orderCancelled, orderPlaced } from '@rialto/orders/contract'
import { adjustStock } from './adjust-stock.ts'
import { inventory } from './contract.ts'
import { countStock } from './count-stock.ts'
import { expireReservations } from './expire-reservations.ts'
import { getAvailability } from './get-availability.ts'
import { getStock } from './get-stock.ts'
import { listMovements } from './list-movements.ts'
import { listStock } from './list-stock.ts'
import { onOrderCancelled } from './on-order-cancelled.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onProductChanged } from './on-product-changed.ts'
import { onProductRemoved } from './on-product-removed.ts'
import { openOwn } from './own.ts'
import { receiveStock } from './receive-stock.ts'
import { release } from './release.ts'
import { reserve } from './reserve.ts'
import { stockGauges } from './stock-gauges.ts'
import { takeBack } from './take-back.ts'

export default service(inventory, {
  directory: import.meta.dirname,
  findsByKey: true,
  open: openOwn,
  routes: {
    getAvailability,
    reserve,
    release,
    takeBack,
    getStock,
    listStock,
    receiveStock: inTransaction(receiveStock),
    adjustStock: inTransaction(adjustStock),
    countStock: inTransaction(countStock),
    listMovements,
  },
  hears: [
    on(orderPlaced, onOrderPlaced),
    on(orderCancelled, onOrderCancelled),
    on(productChanged, onProductChanged),
    on(productRemoved, onProductRemoved),
  ],
  watches: [{ everyMs: 10_000, look: expireReservations }],
  gauges: stockGauges,
})
