import type { Database } from '@rialto/kit/database'
import { readTogether } from '@rialto/kit/read-together'
import { type CategoryCount, countProducts } from './category-store.ts'
import { keepCounts } from './kept-counts.ts'
import { findVariantsForSale } from './product-store.ts'

/** What the handlers of the catalog find in `context.own`. */
export interface Own {
  /** Of prices that name none. */
  readonly currency: string
  /** Variants of active products, by their ids, and from when each product is on sale. */
  readonly variantsForSale: (ids: readonly string[]) => ReturnType<typeof findVariantsForSale>
  /** Products for sale by category; in a large shop some seconds old. */
  readonly counts: () => Promise<readonly CategoryCount[]>
}

export function openOwn(currency: string, database: Database): Own {
  return {
    currency,
    variantsForSale: readTogether(
      (ids) => findVariantsForSale(database.quick, ids),
      ({ variant }) => variant.id,
    ),
    counts: keepCounts(() => countProducts(database, new Date())),
  }
}
