import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { inventory } from '@rialto/inventory/contract'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { orders } from '@rialto/orders/contract'
import { payments } from '@rialto/payments/contract'
import { pricing } from '@rialto/pricing/contract'
import type { ApiCall } from '@rialto/sdk'
import { search } from '@rialto/search/contract'
import { shipping } from '@rialto/shipping/contract'
import { codeAt } from '../codes.ts'
import { mailTo, tokenIn } from '../mails.ts'
import { berlin, buy, cards, decided, fillCart, openVisitor, refusal } from '../visitor.ts'

// Everything that shoppers can ask for, asked for at least once with success, and in the ways that make other statements.

export interface Walk {
  readonly url: string
  readonly staff: ApiCall
  readonly variantIds: readonly string[]
  readonly handle: string
  readonly category: string
  readonly coupon: string
}

const password = 'a long enough password'

export async function walkAsShopper(walk: Walk): Promise<void> {
  await browse(walk)
  await fillAndEmpty(walk)
  await order(walk)
  await keepAnAccount(walk)
  await guardAnAccount(walk)
}

async function browse({ url, handle, category, variantIds }: Walk): Promise<void> {
  const { call } = openVisitor({ url })
  const { items } = await call(catalog.listProducts, { limit: 2 })
  const id = items[0]?.id ?? ''
  const { next } = await call(catalog.listProducts, { limit: 1 })
  await call(catalog.listProducts, { limit: 1, after: next })
  await call(catalog.listProducts, { ids: [id] })
  const { items: categories } = await call(catalog.listCategories, {})
  await call(catalog.listProducts, { categoryId: categories[0]?.id })
  await call(catalog.listProducts, { q: 'wool' })
  await call(catalog.getCategory, { id: category })
  await call(catalog.getProduct, { id })
  await call(catalog.getProduct, { id: handle })
  await call(catalog.getVariantsForSale, { ids: [...variantIds] })
  await call(inventory.getAvailability, { variantIds: [...variantIds] })
  for (const sort of [
    'relevance',
    'newest',
    'price-ascending',
    'price-descending',
    'best-selling',
  ] as const) {
    const first = await call(search.searchProducts, { sort, limit: 1 })
    await call(search.searchProducts, { sort, limit: 1, after: first.next })
    await call(search.searchProducts, { sort, q: 'wool', limit: 1 })
    await call(search.searchProducts, { sort, category, inStock: true, facets: false })
  }
  const words = await call(search.searchProducts, { q: 'wool', limit: 1 })
  await call(search.searchProducts, { q: 'wool', limit: 1, after: words.next })
  await call(search.searchProducts, { q: 'wooll cpa' })
  await call(search.searchProducts, {
    filters: ['Colour:Red', 'Brand:Linden'],
    category,
    minPrice: 1,
    maxPrice: 99_999,
  })
  await call(search.suggest, { q: 'wo' })
  await call(search.suggest, { q: 'wolo' })
  await call(pricing.getShopSettings, {})
  await call(pricing.getWaitingRoom, {})
  const lines = variantIds.map((variantId) => ({ variantId, quantity: 1 }))
  await call(pricing.quote, { currency: 'EUR', country: 'DE', lines })
  const parcel = { country: 'DE', currency: 'EUR', subtotal: 5000, weightGrams: 500, itemCount: 1 }
  await call(shipping.listDeliveryOptions, parcel)
  await call(payments.listPaymentMethods, {})
}

async function fillAndEmpty({ url, variantIds, coupon }: Walk): Promise<void> {
  const { call } = openVisitor({ url })
  const [variantId = '', other = ''] = variantIds
  await call(cart.getCart, {})
  await fillCart(call, { variantId, coupon })
  await call(cart.addItem, { variantId: other })
  await call(cart.changeItem, { variantId, quantity: 3 })
  await call(cart.removeItem, { variantId: other })
  await call(cart.removeCoupon, { code: coupon })
  await call(cart.getCart, {})
  await call(cart.clearCart, {})
}

async function order({ url, staff, variantIds, coupon }: Walk): Promise<void> {
  const { call } = openVisitor({ url })
  const [variantId = ''] = variantIds
  const email = 'order@walk.example'
  const { id, orderId = '', orderNumber = '' } = await buy(call, { variantId, quantity: 2, email, coupon })
  await call(orders.getCheckout, { id })
  await call(orders.getOrder, { id: orderId })
  await call(orders.findOrder, { number: orderNumber, email })
  const { next } = await call(orders.listOrders, { limit: 1 })
  await call(orders.listOrders, { limit: 1, after: next, status: 'processing' })
  await refusal(buy(call, { variantId, email }, cards.declined))
  const open = await buy(call, { variantId, email }, cards.secure)
  const challenge = open.redirectUrl?.split('/').at(-1) ?? ''
  await call(payments.getSandboxChallenge, { id: challenge })
  await call(payments.answerSandboxChallenge, { id: challenge, approve: true })
  await decided(call, open.id)
  await buy(call, { variantId, email }, cards.late)
  await until('a late approval makes the order', async () => {
    return (await call(orders.listOrders, {})).items.length === 3
  })
  await until('the money is charged', async () => {
    return (await call(orders.getOrder, { id: orderId })).paymentStatus === 'paid'
  })
  const { fulfilments } = await staff(orders.packOrder, { id: orderId })
  const parcel = { fulfilmentId: fulfilments[0]?.id ?? '', carrier: 'Post', trackingNumber: 'P-1' }
  await staff(orders.shipFulfilment, { id: orderId, ...parcel })
  await staff(orders.refundOrder, {
    id: orderId,
    amount: { amount: 100, currency: 'EUR' },
    reason: 'a scratch',
  })
  const [newest] = (await call(orders.listOrders, {})).items
  await until('the newest order is paid', async () => {
    return (await call(orders.getOrder, { id: newest?.id ?? '' })).paymentStatus === 'paid'
  })
  await call(orders.cancelOrder, { id: newest?.id ?? '', reason: 'changed my mind' })
  await mailTo(call, email, 'order-placed')
}

async function keepAnAccount({ url, variantIds }: Walk): Promise<void> {
  const { call } = openVisitor({ url })
  const elsewhere = openVisitor({ url }).call
  const [variantId = ''] = variantIds
  const email = 'keeper@walk.example'
  await call(cart.addItem, { variantId })
  await call(identity.register, { email, password, name: 'Keeper' })
  await call(identity.getProfile, {})
  await call(identity.updateProfile, { name: 'Keeper of Things' })
  const saved = await call(identity.addAddress, berlin)
  await call(identity.addAddress, { ...berlin, isDefault: true })
  await call(identity.listAddresses, {})
  await call(identity.updateAddress, { ...berlin, id: saved.id, line1: 'Torstr. 2' })
  await call(identity.removeAddress, { id: saved.id })
  const verification = tokenIn(await mailTo(call, email, 'email-verification'), '/account/verify-email')
  await call(identity.requestEmailVerification, {})
  await elsewhere(identity.verifyEmail, { token: verification })
  await buy(call, { variantId, email })
  await elsewhere(cart.addItem, { variantId })
  await elsewhere(identity.signIn, { email, password })
  const { items } = await call(identity.listSessions, {})
  await call(identity.endSession, { id: items.find(({ isCurrent }) => !isCurrent)?.id ?? '' })
  await openVisitor({ url }).call(identity.signIn, { email, password })
  await call(identity.endOtherSessions, {})
  await call(identity.changePassword, { currentPassword: password, password: `${password} now` })
  await elsewhere(identity.requestPasswordReset, { email })
  const token = tokenIn(await mailTo(elsewhere, email, 'password-reset'), '/account/new-password')
  await elsewhere(identity.resetPassword, { token, password })
  await elsewhere(identity.signIn, { email, password })
  await elsewhere(orders.listOrders, {})
  await elsewhere(identity.signOut, {})
}

async function guardAnAccount({ url, staff }: Walk): Promise<void> {
  const { call } = openVisitor({ url })
  const elsewhere = openVisitor({ url }).call
  const email = 'guard@walk.example'
  await call(identity.register, { email, password, name: 'Guard' })
  await call(identity.getSecondFactor, {})
  const { secret } = await call(identity.startSecondFactor, { password })
  // Each code works once, and those of the moments before and after are taken too.
  const code = (moments: number) => codeAt(secret, new Date(Date.now() + moments * 30_000))
  await call(identity.confirmSecondFactor, { code: await code(-1) })
  const { recoveryCodes } = await call(identity.renewRecoveryCodes, { code: await code(0) })
  const asked = await refusal(elsewhere(identity.signIn, { email, password }))
  const challenge = String(asked.details.challenge)
  await elsewhere(identity.confirmSignIn, { challenge, code: recoveryCodes[0] ?? '' })
  await elsewhere(identity.stopSecondFactor, { password, code: recoveryCodes[1] ?? '' })
  await elsewhere(notifications.listInbox, { to: email })
  await elsewhere(identity.eraseAccount, { password })
  const invited = 'invited@walk.example'
  await staff(identity.inviteStaff, { email: invited, name: 'Grace', permissions: ['orders'] })
  const mail = await mailTo(call, invited, 'staff-invitation')
  await call(identity.acceptInvitation, { token: tokenIn(mail, '/account/accept-invitation'), password })
}
