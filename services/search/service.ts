import { categoryChanged, productChanged, productRemoved } from '@rialto/catalog/contract'
import { stockChanged } from '@rialto/inventory/contract'
import { inTransaction, on, perform, service } from '@rialto/kit/service'
import { orderPlaced } from '@rialto/orders/contract'
import { search } from './contract.ts'
import { countSales } from './count-sales.ts'
import * as jobs from './jobs.ts'
import { onCategoryChanged } from './on-category-changed.ts'
import { onOrderPlaced } from './on-order-placed.ts'
import { onProductChanged } from './on-product-changed.ts'
import { onProductRemoved } from './on-product-removed.ts'
import { onStockChanged } from './on-stock-changed.ts'
import { publishProduct } from './publish-product.ts'
import { rebuildIndex } from './rebuild-index.ts'
import { rebuildPage } from './rebuild-page.ts'
import { searchProducts } from './search-products.ts'
import { suggest } from './suggest.ts'

export default service(search, {
  directory: import.meta.dirname,
  routes: { searchProducts, suggest, rebuildIndex: inTransaction(rebuildIndex) },
  hears: [
    on(productChanged, onProductChanged),
    on(productRemoved, onProductRemoved),
    on(categoryChanged, onCategoryChanged),
    on(stockChanged, onStockChanged),
    on(orderPlaced, onOrderPlaced),
  ],
  jobs: [
    perform(jobs.publishProduct, publishProduct),
    perform(jobs.countSales, countSales),
    perform(jobs.rebuildPage, rebuildPage),
  ],
})
