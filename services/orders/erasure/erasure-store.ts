import { type Sql, sql, type Tx } from '@rialto/kit/database'

// Nobody's any more: the country stays, by which taxes are told. The domain is one that can never be.
const nobody = (address: Sql) => sql`
  jsonb_build_object('name', '–', 'line1', '–', 'city', '–', 'postalCode', '–', 'country', ${address} -> 'country')`

/** The same with every address in it made nobody's, and without what was typed freely. */
const anonymous = (holder: Sql) => sql`
  ${holder} - 'note'
    || case when ${holder} ? 'shippingAddress' then jsonb_build_object('shippingAddress',
      ${nobody(sql`(${holder} -> 'shippingAddress')`)}) else '{}' end
    || case when ${holder} ? 'billingAddress' then jsonb_build_object('billingAddress',
      ${nobody(sql`(${holder} -> 'billingAddress')`)}) else '{}' end`

const nobodysEmail = sql`gen_random_uuid() || '@erased.invalid'`
const isNamed = sql`email not like '%@erased.invalid'`

/** Takes the person out of orders that are delivered or cancelled; answers how many. */
export async function anonymiseOrders(tx: Tx, customerId: string, limit: number): Promise<number> {
  const done = await tx.rows<{ id: string }>`
    update orders set email = ${nobodysEmail}, details = ${anonymous(sql`details`)}, version = version + 1,
      cancel_reason = case when cancelled_at is not null then '–' end
    where id = any(array(
      select id from orders where owner_id = ${customerId} and status in ('delivered', 'cancelled') and ${isNamed}
      order by id limit ${limit} for update)) returning id`
  await tx.run`delete from order_notes where order_id = any(${done.map(({ id }) => id)})`
  return done.length
}

/** Takes the person out of checkouts that failed, or whose order is nobody's by now; answers how many. */
export async function anonymiseCheckouts(tx: Tx, customerId: string, limit: number): Promise<number> {
  return tx.run`
    update checkouts set version = version + 1,
      draft = ${anonymous(sql`draft`)} || jsonb_build_object('email', ${nobodysEmail})
    where id = any(array(
      select c.id from checkouts c left join orders o on o.id = c.order_id
      where c.owner_id = ${customerId} and c.draft ->> 'email' not like '%@erased.invalid' and c.wake_at is null
        and (c.step = 'failed' or o.email like '%@erased.invalid')
      order by c.id limit ${limit} for update of c))`
}

/** Whether something of the person is left that is still under way. */
export async function isLeft(tx: Tx, customerId: string): Promise<boolean> {
  const left = await tx.row`
    select 1 from orders where owner_id = ${customerId} and ${isNamed}
    union all
    select 1 from checkouts where owner_id = ${customerId} and draft ->> 'email' not like '%@erased.invalid'
    limit 1`
  return left !== undefined
}
