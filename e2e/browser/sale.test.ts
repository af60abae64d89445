import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cart } from '@rialto/cart/contract'
import { catalog } from '@rialto/catalog/contract'
import { until } from '@rialto/kit/until'
import { cartNotReady, orders } from '@rialto/orders/contract'
import { pricing, waitingRoom } from '@rialto/pricing/contract'
import { type ApiCall, ApiProblem } from '@rialto/sdk'
import { openStaff, openVisitor } from '../visitor.ts'
import { addToCart } from './acts.ts'
import { takePicture } from './look.ts'
import { openShopper } from './shopper.ts'
import { demoShop } from './stage.ts'

// A sale of one product, for which people stand in line before the checkout.

/** Why somebody without an address cannot buy. */
async function refusalOf(call: ApiCall): Promise<string> {
  const { quote } = await call(cart.getCart, {})
  const expectedTotal = { amount: quote.total, currency: quote.currency }
  const payment = { gateway: 'sandbox', token: 'none' }
  return call(orders.checkout, { expectedTotal, payment }).then(
    () => assert.fail('there is no address'),
    (error) => (error instanceof ApiProblem ? error.code : assert.fail(error)),
  )
}

test('who holds what is on sale sees their place and comes to the checkout by itself; others do not wait', async (t) => {
  const shop = await demoShop()
  const staff = await openStaff(shop)
  const { id, variants } = await staff(catalog.getProduct, { id: 'daily-cast-iron-pan' })
  const [fan, other] = [await openShopper(t), await openShopper(t)]
  await addToCart(fan, 'daily-cast-iron-pan')
  await addToCart(other, 'windfall-apple-box')
  const [first, second] = [openVisitor(shop).call, openVisitor(shop).call]
  const variantId = variants[0]?.id ?? ''
  for (const call of [first, second]) await call(cart.addItem, { variantId })

  const now = Date.now()
  const at = (ms: number) => new Date(now + ms).toISOString()
  const times = { waitsFrom: at(-60_000), opensAt: at(-60_000), endsAt: at(600_000) }
  await staff(pricing.setWaitingRoom, { ...times, perMinute: 8, passMinutes: 5, productIds: [id] })
  t.after(() => staff(pricing.closeWaitingRoom, {}))
  await until('the second waits behind the first, who gets as far as the address', async () => {
    assert.equal(await refusalOf(first), cartNotReady.code)
    return (await refusalOf(second)) === waitingRoom.code
  })
  await fan.go('/checkout')
  await fan.page.getByRole('heading', { name: 'You are in line' }).waitFor()
  assert.match(
    await fan.page.getByRole('status').innerText(),
    /There (?:are \d people|is 1 person) before you/,
  )
  await takePicture(fan.page, 'waiting-room')
  await other.go('/checkout')
  await other.page.getByRole('heading', { name: 'Checkout' }).waitFor()
  await fan.page.getByRole('heading', { name: 'Checkout' }).waitFor()
  assert.equal(new URL(fan.page.url()).pathname, '/checkout')
})
