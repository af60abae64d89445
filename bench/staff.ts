import { catalog, type Import } from '@rialto/catalog/contract'
import { inventory } from '@rialto/inventory/contract'
import type { ApiCall } from '@rialto/sdk'
import { signIn } from '../demo.ts'
import { demoAccounts } from '../demo-accounts.ts'

export async function signInStaff(url: string): Promise<ApiCall> {
  return signIn(url, demoAccounts.RIALTO_ADMIN_EMAIL, demoAccounts.RIALTO_ADMIN_PASSWORD)
}

export interface Goods {
  readonly productId: string
  readonly variantId: string
}

/** Makes `count` products for sale with one variant each, and `stock` of each on the shelf. */
export async function makeGoods(call: ApiCall, count: number, stock: number): Promise<Goods[]> {
  const goods: Goods[] = []
  for (let index = 0; index < count; index++) {
    const variants = [{ price: { amount: 1000 + index, currency: 'EUR' }, weightGrams: 300 }]
    const { id, variants: made } = await call(catalog.createProduct, {
      title: `Bench ${Date.now()} ${index}`,
      status: 'active',
      variants,
    })
    goods.push({ productId: id, variantId: made[0]?.id ?? '' })
  }
  await call(inventory.countStock, {
    counts: goods.map(({ variantId }) => ({ variantId, quantity: stock })),
    reason: 'bench',
  })
  return goods
}

/** A product file of so many rows: products of three variants each, with a body, a type and a picture. */
export async function* productFile(rows: number, seed: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(
    'Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Image Src\n',
  )
  for (let row = 0; row < rows; row++) {
    const product = Math.floor(row / 3)
    const size = ['Small', 'Medium', 'Large'][row % 3]
    const about =
      row % 3 === 0
        ? `Product ${seed} ${product},"<p>Made with care, number ${product}.</p>",Vendor ${product % 40},Type ${product % 25},"tag-${product % 7}, tag-${product % 11}",Size`
        : ',,,,,'
    const picture = row % 3 === 0 ? `https://pictures.example/${product}.jpg` : ''
    yield Buffer.from(
      `${seed}-${product},${about},${size},${seed}-${row},250,shopify,10,${10 + (product % 90)}.95,${picture}\n`,
    )
  }
}

export async function finished(call: ApiCall, id: string, look: () => Promise<void>): Promise<Import> {
  for (;;) {
    const state = await call(catalog.getImport, { id })
    await look()
    if (state.status !== 'running') return state
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
