import Type, { type Static, type TProperties, type TSchema } from 'typebox'

export { type Static, Type }

/** A named object schema: becomes a component in OpenAPI and a type in the graph. */
export function entity<P extends TProperties>(title: string, properties: P, description?: string) {
  return Type.Object(properties, { title, ...(description && { description }) })
}

/** A named object that callers send as well as receive: closed, so that nothing else is stored with it. */
function value<P extends TProperties>(title: string, properties: P) {
  return Type.Object(properties, { title, additionalProperties: false })
}

/**
 * An input object: fields it does not declare are refused, so that a misspelt field is never ignored. With a title it is
 * one input of the graph wherever it stands.
 */
export function input<P extends TProperties>(properties: P, title?: string) {
  return Type.Object(properties, { ...(title && { title }), additionalProperties: false })
}

/** An identifier such as `prod_01h455vb4pex5vsknk084sn02q` (TypeID). */
export const Id = (prefix: string) =>
  Type.String({
    pattern: `^${prefix}_[0-7][0-9a-z]{25}$`,
    examples: [`${prefix}_01h455vb4pex5vsknk084sn02q`],
  })

/**
 * The id of something that an operation reads by its `ids`, such as `Link('var')`: the graph has the thing itself beside
 * it, as `variant` beside `variantId`.
 */
export const Link = (prefix: string) =>
  Type.String({
    pattern: `^${prefix}_[0-7][0-9a-z]{25}$`,
    examples: [`${prefix}_01h455vb4pex5vsknk084sn02q`],
    'x-link': prefix,
  })

/** Who owns a shopper's things: a guest's or a customer's identifier. */
export const ShopperId = Type.String({ pattern: '^(guest|cust)_[0-9a-z]{26}$' })

/** Narrower than RFC 3339: no year 0 and no offset that PostgreSQL refuses, no leap second that Date does not know. */
export const Instant = Type.String({
  format: 'date-time',
  pattern: '^[1-9]\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-](0\\d|1[0-4]):[0-5]\\d)$',
  description: 'UTC instant, RFC 3339',
  examples: ['2026-03-01T10:00:00Z'],
})

/** ISO 4217 code. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$', examples: ['EUR'] })

/** ISO 3166-1 alpha-2 code. */
export const Country = Type.String({ pattern: '^[A-Z]{2}$', examples: ['DE'] })

/** Amount in minor units (cents for EUR, whole yen for JPY) with its currency. */
export const Money = value('Money', {
  amount: Type.Integer({ minimum: -9007199254740991, maximum: 9007199254740991 }),
  currency: Currency,
})
export type Money = Static<typeof Money>

/** An amount in minor units whose currency stands elsewhere. */
export const Minor = (description = 'Minor units') =>
  Type.Integer({ minimum: -9007199254740991, maximum: 9007199254740991, description })

/** A price: money that nobody is paid for taking. At most a trillion minor units, so that sums stay exact. */
export const Price = value('Price', {
  amount: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }),
  currency: Currency,
})

/** Something that can be seen: a text of blanks is as empty as none. */
export const visible = '\\S'

/** A text of so many characters. Unless it may be empty, something in it can be seen. */
export const Text = (maxLength: number, minLength = 1) =>
  Type.String({ minLength, maxLength, ...(minLength > 0 && { pattern: visible }) })

export const Email = Type.String({ format: 'email', maxLength: 254 })

/** What taxes a thing falls under, such as `standard`, `reduced` or `zero`; its rates are set by country. */
export const TaxClass = Type.String({ pattern: '^[a-z][a-z-]{0,49}$', examples: ['standard'] })

/** Counts changes of a resource; its `ETag`. Send it back as `If-Match` to detect a lost race. */
export const Version = Type.Integer({ minimum: 1 })

export const Address = value('Address', {
  name: Text(100),
  company: Type.Optional(Text(100, 0)),
  line1: Text(200),
  line2: Type.Optional(Text(200, 0)),
  city: Text(100),
  region: Type.Optional(Text(100, 0)),
  postalCode: Text(20),
  country: Country,
  phone: Type.Optional(Text(40, 0)),
})
export type Address = Static<typeof Address>

/** A page of a keyset-paged list: pass `next` back as `after`; absent on the last page. */
export function Page<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) })
}

/** Query fields of every list. */
export const paging = {
  after: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
}

export const Empty = Type.Null()

export function oneOf<const Values extends readonly string[]>(values: Values, options = {}) {
  return Type.Unsafe<Values[number]>({ type: 'string', enum: [...values], ...options })
}
