import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import type { Own } from './own.ts'

export const getVariantsForSale: Handler<typeof catalog.getVariantsForSale, Own> = async (
  { ids },
  { own, now },
) => {
  const at = now().getTime()
  const variants = await own.variantsForSale(ids)
  return {
    items: variants.flatMap(({ variant, publishAt }) =>
      publishAt === null || Date.parse(publishAt) <= at ? [variant] : [],
    ),
  }
}
