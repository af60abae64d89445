import { catalog, type VariantForSale } from '@rialto/catalog/contract'
import { type Availability, inventory } from '@rialto/inventory/contract'
import { deadlineExceeded, is, unavailable } from '@rialto/kit/problem'
import type { Context } from '@rialto/kit/service'

/** What catalog and inventory say of variants. Those not for sale are missing in `variants`. */
export interface Goods {
  readonly asked: ReadonlySet<string>
  readonly variants: ReadonlyMap<string, VariantForSale>
  /** Undefined while inventory is away. */
  readonly availability: ReadonlyMap<string, Availability> | undefined
}

/** Peers without whom a cart can be shown are not waited for longer than this. */
export const patienceMs = 2_000

/** Asks about all variants at once. Without catalog there is nothing to show; without inventory there is. */
export async function askGoods(
  { call }: Pick<Context, 'call'>,
  variantIds: readonly string[],
  known?: Goods,
): Promise<Goods> {
  const ids = variantIds.filter((id) => !known?.asked.has(id))
  if (ids.length === 0) return known ?? nothing
  const [variants, availability] = await Promise.all([
    call(catalog.getVariantsForSale, { ids }),
    orAway(call(inventory.getAvailability, { variantIds: ids }, { timeoutMs: patienceMs })),
  ])
  const inStock = availability?.items.map((one) => [one.variantId, one] as const)
  return {
    asked: new Set([...(known?.asked ?? []), ...ids]),
    variants: new Map([...(known?.variants ?? []), ...variants.items.map((one) => [one.id, one] as const)]),
    availability: inStock && new Map([...(known?.availability ?? []), ...inStock]),
  }
}

const nothing: Goods = { asked: new Set(), variants: new Map(), availability: new Map() }

/** Whether the peer could not be reached in time, as opposed to having refused. */
export function isAway(error: unknown): boolean {
  return is(error, unavailable) || is(error, deadlineExceeded)
}

/** The answer, or undefined while the peer is away. */
export async function orAway<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isAway(error)) return undefined
    throw error
  }
}
