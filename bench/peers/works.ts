/** What is measured, in this order: what only reads comes first, so that nothing has made its caches stale. */
export interface Work {
  readonly name: string
  readonly shoppers: number
  readonly says: string
}

const many = 32

export const works: readonly Work[] = [
  { name: 'list', shoppers: many, says: 'product list, 20 with prices and availability' },
  { name: 'product', shoppers: many, says: 'product page' },
  { name: 'search', shoppers: many, says: 'search' },
  { name: 'category', shoppers: many, says: 'category with facets' },
  { name: 'history', shoppers: many, says: 'order history of a customer with 1,000 orders' },
  { name: 'admin', shoppers: 4, says: 'list of orders, 4 of the staff' },
  { name: 'add', shoppers: many, says: 'first item into a new cart' },
  { name: 'cart', shoppers: many, says: 'cart page, 3 items' },
  { name: 'checkout-1', shoppers: 1, says: 'whole checkout, 1 shopper' },
  { name: 'checkout-8', shoppers: 8, says: 'whole checkout, 8 shoppers' },
  { name: 'checkout-32', shoppers: many, says: 'whole checkout, 32 shoppers' },
  { name: 'hot', shoppers: many, says: 'hot item, 200 in stock, 400 attempts: orders' },
]

export const workNames = [...new Set(works.map(({ name }) => familyOf(name)))]

/** Slow platforms need minutes for the hot item, so it is left out of every other round. */
export function worksOf(all: readonly Work[], round: number): readonly Work[] {
  return all.filter(({ name }) => name !== 'hot' || round % 2 === 0)
}

/** `checkout` stands for the checkouts of one, of 8 and of 32 shoppers. */
export function familyOf(name: string): string {
  return name.replace(/-\d+$/, '')
}
