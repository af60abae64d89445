import type { Product } from '@rialto/catalog/contract'
import type { Tx } from '@rialto/kit/database'
import type { Message } from '@rialto/kit/message'
import type { TransactionContext } from '@rialto/kit/service'
import { removeDocument, saveDocument } from './document-store.ts'

export async function onProductChanged(
  { data }: Message<Product>,
  { tx }: TransactionContext,
): Promise<void> {
  await index(tx, data)
}

/** Brings a product into the index as it is now; what is not for sale is taken out. */
export async function index(tx: Tx, product: Product): Promise<void> {
  if (product.status === 'active') await saveDocument(tx, product)
  else await removeDocument(tx, product.id, product.version)
}
