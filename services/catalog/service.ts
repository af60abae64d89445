import { Type } from '@rialto/kit/schema'
import { inTransaction, perform, service } from '@rialto/kit/service'
import { ShopCurrency } from '@rialto/kit/shop-settings'
import { createCategory, removeCategory, updateCategory } from './change-categories.ts'
import { addVariant, removeVariant, updateVariant } from './change-variants.ts'
import { catalog } from './contract.ts'
import { createProduct } from './create-product.ts'
import { exportProducts } from './export-products.ts'
import { getCategory } from './get-category.ts'
import { getImport, listImports } from './get-imports.ts'
import { getProduct } from './get-product.ts'
import { getVariant } from './get-variant.ts'
import { getVariantsForSale } from './get-variants-for-sale.ts'
import * as jobs from './jobs.ts'
import { listCategories } from './list-categories.ts'
import { listProducts } from './list-products.ts'
import { openOwn } from './own.ts'
import { refreshProducts } from './refresh-products.ts'
import { removeProduct } from './remove-product.ts'
import { dropImportFile, runImport } from './run-import.ts'
import { startImport } from './start-import.ts'
import { updateProduct } from './update-product.ts'

export default service(catalog, {
  directory: import.meta.dirname,
  config: Type.Object({
    SHOP_CURRENCY: ShopCurrency,
  }),
  open: ({ config, database }) => openOwn(config.SHOP_CURRENCY, database),
  routes: {
    listProducts,
    getProduct,
    createProduct: inTransaction(createProduct),
    updateProduct: inTransaction(updateProduct),
    removeProduct: inTransaction(removeProduct),
    getVariant,
    addVariant: inTransaction(addVariant),
    updateVariant: inTransaction(updateVariant),
    removeVariant: inTransaction(removeVariant),
    getVariantsForSale,
    listCategories,
    getCategory,
    createCategory: inTransaction(createCategory),
    updateCategory: inTransaction(updateCategory),
    removeCategory: inTransaction(removeCategory),
    startImport,
    exportProducts,
    getImport,
    listImports,
  },
  jobs: [
    perform(jobs.runImport, runImport),
    perform(jobs.refreshProducts, refreshProducts),
    perform(jobs.dropImportFile, dropImportFile),
  ],
})
