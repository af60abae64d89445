import type { Product } from '@rialto/catalog/contract'
import type { Message } from '@rialto/kit/message'
import { schedule } from '@rialto/kit/outbox'
import type { TransactionContext } from '@rialto/kit/service'
import { isAnnounced } from './document.ts'
import { gather, keepNewest } from './gather.ts'
import { publishProduct } from './jobs.ts'

export async function onProductChanged(
  { data, aggregateVersion }: Message<Product>,
  { tx, now }: TransactionContext,
): Promise<void> {
  keepNewest(gather(tx, now).products, data.id, { version: aggregateVersion, product: data })
  publishLater(tx, data, now())
}

/** A product announced for a later instant is shown then, unless it has changed by then. */
export function publishLater(tx: TransactionContext['tx'], product: Product, now: Date): void {
  if (product.publishAt === undefined || !isAnnounced(product, now)) return
  const id = `publish-product:${product.id}:${product.version}`
  schedule(tx, publishProduct, { product }, { id, at: new Date(product.publishAt) })
}
