import pg from 'pg'

/** So many of the orders are the one customer's, the rest are many guests'. */
export const ordersOfCustomer = 1_000

export interface Past {
  /** An order that was bought through the shop, whose shape all others have. */
  readonly orderId: string
  readonly customerId: string
  readonly from: number
  readonly to: number
}

/** Adds orders number `from` to `to`, copies of one, at other times, of other people and in other states. */
export async function loadOrders(url: string, { orderId, customerId, from, to }: Past): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off')
    for (let first = from + 1; first <= to; first += 20_000) {
      await client.query(copying, [orderId, customerId, first, Math.min(to, first + 19_999)])
    }
    await client.query('vacuum analyze orders')
  } finally {
    await client.end()
  }
}

const copying = `
insert into orders (id, number, checkout_id, cart_id, owner_id, email, status, payment_status, fulfilment_status, currency,
  total, captured, refunded, lines, details, fulfilments, refunds, timeline, placed_at, version)
select 'ord_01' || lpad(i::text, 24, '0'), 'R-L' || lpad(i::text, 9, '0'), 'chk_01' || lpad(i::text, 24, '0'), o.cart_id,
  case when i <= ${ordersOfCustomer} then $2 else 'guest_01' || lpad((i % 300000)::text, 24, '0') end,
  'shopper-' || i % 300000 || '@growth.example',
  case when i % 20 = 0 then 'processing' when i % 20 = 1 then 'cancelled' when i % 20 = 2 then 'shipped' else 'delivered' end,
  case when i % 20 = 1 then 'voided' else 'paid' end,
  case when i % 20 < 2 then 'none' when i % 20 = 2 then 'shipped' else 'delivered' end,
  o.currency, o.total, o.total, 0, o.lines, o.details, o.fulfilments, o.refunds, o.timeline,
  '2026-01-01'::timestamptz + i * interval '7 seconds', 1
from orders o, generate_series($3::bigint, $4::bigint) as i where o.id = $1 on conflict do nothing`
