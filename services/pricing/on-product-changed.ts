import type { Product } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import type { TransactionContext } from '@rialto/kit/service'
import { replacePrices } from './price-store.ts'
import type { VariantPrice } from './quote.ts'

export async function onProductChanged(
  { data, aggregateVersion }: Message<Product>,
  { tx }: TransactionContext,
): Promise<void> {
  await replacePrices(tx, data.id, aggregateVersion, pricesIn(data))
}

/** Drafts and archived products have no price: nothing that is not for sale can be quoted and sold. */
export function pricesIn({ id, status, categories, variants }: Product): VariantPrice[] {
  if (status !== 'active') return []
  const categoryIds = [...new Set(categories.flat().map((category) => category.id))]
  return variants
    .filter(({ price }) => price.amount >= 0)
    .map(({ id: variantId, price, compareAtPrice, taxClass }) => ({
      variantId,
      productId: id,
      categoryIds,
      price: price.amount,
      compareAt: compareAtPrice?.currency === price.currency ? compareAtPrice.amount : null,
      currency: price.currency,
      taxClass,
    }))
}
