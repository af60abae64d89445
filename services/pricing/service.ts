import { productChanged, productRemoved } from '@rialto/catalog/contract'
import { readTogether } from '@rialto/kit/read-together'
import { inTransaction, on, service } from '@rialto/kit/service'
import { closeWaitingRoom } from './close-waiting-room.ts'
import { pricing } from './contract.ts'
import { createPromotion } from './create-promotion.ts'
import { findSaleGoods } from './find-sale-goods.ts'
import { getPromotion } from './get-promotion.ts'
import { getShopSettings } from './get-shop-settings.ts'
import { getWaitingRoom } from './get-waiting-room.ts'
import { listPromotions } from './list-promotions.ts'
import { listTaxRates } from './list-tax-rates.ts'
import { onProductChanged } from './on-product-changed.ts'
import { onProductRemoved } from './on-product-removed.ts'
import type { Own } from './own.ts'
import { pricesOf } from './price-store.ts'
import { quoteCart } from './quote-cart.ts'
import { redeemCoupons } from './redeem-coupons.ts'
import { releaseCoupons } from './release-coupons.ts'
import { removePromotion } from './remove-promotion.ts'
import { openRulebook } from './rulebook.ts'
import { setTaxRate } from './set-tax-rate.ts'
import { setWaitingRoom } from './set-waiting-room.ts'
import { config, shopOf } from './shop.ts'
import { updatePromotion } from './update-promotion.ts'

export default service(pricing, {
  directory: import.meta.dirname,
  findsByKey: true,
  config,
  open: ({ config, database }): Own => ({
    shop: shopOf(config),
    rulebook: openRulebook(),
    pricesOf: readTogether(
      (ids) => pricesOf(database.quick, ids),
      ({ variantId }) => variantId,
    ),
  }),
  routes: {
    quote: quoteCart,
    redeemCoupons: inTransaction(redeemCoupons),
    releaseCoupons: inTransaction(releaseCoupons),
    listPromotions,
    getPromotion,
    createPromotion: inTransaction(createPromotion),
    updatePromotion: inTransaction(updatePromotion),
    removePromotion: inTransaction(removePromotion),
    listTaxRates,
    setTaxRate: inTransaction(setTaxRate),
    getWaitingRoom,
    findSaleGoods,
    setWaitingRoom: inTransaction(setWaitingRoom),
    closeWaitingRoom: inTransaction(closeWaitingRoom),
    getShopSettings,
  },
  hears: [on(productChanged, onProductChanged), on(productRemoved, onProductRemoved)],
})
