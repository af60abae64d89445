import type { Queries, Tx } from '@rialto/kit/database'
import type { Static } from '@rialto/kit/schema'
import type { TaxRate } from './contract.ts'
import type { TaxRates } from './tax.ts'

type Rate = Static<typeof TaxRate>

export function listRates(queries: Queries): Promise<Rate[]> {
  return queries.rows<Rate>`
    select country, tax_class, percent, name from tax_rates order by country, percent desc, tax_class`
}

export async function loadTaxRates(queries: Queries): Promise<TaxRates> {
  const byCountry = Map.groupBy(await listRates(queries), ({ country }) => country)
  return new Map(
    [...byCountry].map(([country, rates]) => [
      country,
      new Map(rates.map(({ taxClass, percent }) => [taxClass, percent])),
    ]),
  )
}

export async function saveRate(tx: Tx, { country, taxClass, percent, name }: Rate): Promise<void> {
  await tx.run`
    insert into tax_rates (country, tax_class, percent, name) values (${country}, ${taxClass}, ${percent}, ${name})
    on conflict (country, tax_class) do update set percent = excluded.percent, name = excluded.name`
}
