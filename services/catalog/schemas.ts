import {
  entity,
  Id,
  Instant,
  input,
  Link,
  Money,
  oneOf,
  Price,
  type Static,
  TaxClass,
  Text,
  Type,
  Version,
} from '@rialto/kit/schema'

export const Handle = Type.String({
  // Small letters and digits of any script, as in the handles of imported files.
  pattern: '^(?!.*\\p{Lu})[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_.-]*$',
  maxLength: 255,
  description: 'Its name in addresses; made of the title or name by default',
  examples: ['wool-cap'],
})
const optionsLimit = 10
const ProductStatus = oneOf(['draft', 'active', 'archived'], { title: 'ProductStatus' })

const OptionValues = Type.Record(Type.String({ minLength: 1, maxLength: 255 }), Text(255), {
  maxProperties: optionsLimit,
  description: 'The value of each option of the product',
  examples: [{ Size: 'M', Colour: 'Blue' }],
})
const Url = Type.String({
  pattern: '^(https?://[^/\\s]|/[^/\\s])',
  maxLength: 2000,
  examples: ['https://shop.example/cap.jpg'],
})

export const Media = entity('Media', { url: Url, alt: Text(500, 0), position: Type.Integer({ minimum: 1 }) })

export const Variant = entity('Variant', {
  id: Id('var'),
  productId: Link('prod'),
  title: Type.String({ description: 'Option values joined, such as "Red / XL"' }),
  sku: Type.Optional(Type.String()),
  barcode: Type.Optional(Type.String()),
  options: OptionValues,
  price: Money,
  compareAtPrice: Type.Optional(Money),
  taxClass: Type.String(),
  weightGrams: Type.Integer(),
  requiresShipping: Type.Boolean(),
  imageUrl: Type.Optional(Type.String()),
  position: Type.Integer(),
})
export type Variant = Static<typeof Variant>

export const Attribute = entity('Attribute', { name: Text(100), value: Text(500) })

export const CategoryRef = entity('CategoryRef', {
  id: Id('cat'),
  name: Type.String(),
  handle: Type.String(),
})

export const Product = entity('Product', {
  id: Id('prod'),
  handle: Handle,
  title: Type.String(),
  description: Type.String({ description: 'Sanitised HTML' }),
  vendor: Type.String(),
  type: Type.String(),
  tags: Type.Array(Type.String()),
  status: ProductStatus,
  publishAt: Type.Optional(Instant),
  categories: Type.Array(Type.Array(CategoryRef), {
    description: 'For each category the path from the root',
  }),
  options: Type.Array(Type.Object({ name: Type.String(), values: Type.Array(Type.String()) })),
  attributes: Type.Array(Attribute),
  media: Type.Array(Media),
  seo: Type.Object({ title: Type.Optional(Type.String()), description: Type.Optional(Type.String()) }),
  variants: Type.Array(Variant),
  createdAt: Instant,
  updatedAt: Instant,
  version: Version,
})
export type Product = Static<typeof Product>

/** What a cart or an order line shows of a variant; only of products that are for sale. */
export const VariantForSale = entity('VariantForSale', {
  ...Variant.properties,
  productTitle: Type.String(),
  productHandle: Type.String(),
  vendor: Type.String(),
})
export type VariantForSale = Static<typeof VariantForSale>

export const Category = entity('Category', {
  id: Id('cat'),
  parentId: Type.Optional(Id('cat')),
  name: Type.String(),
  handle: Type.String(),
  position: Type.Integer(),
  productCount: Type.Integer({ description: 'Active products in it and below it' }),
  imageUrl: Type.Optional(Type.String({ description: 'Picture of one of its products' })),
  version: Version,
})
export type Category = Static<typeof Category>

/** Tags stand between commas in files. */
const Tag = Type.String({ pattern: '^[^,]*[^,\\s][^,]*$', maxLength: 255, examples: ['summer'] })

/** Names of categories stand between `>` in files. */
export const CategoryName = Type.String({
  pattern: '^[^>]*[^>\\s][^>]*$',
  maxLength: 100,
  examples: ['Shoes'],
})

export const VariantInput = input(
  {
    sku: Type.Optional(Text(255)),
    barcode: Type.Optional(Text(255)),
    options: Type.Optional(OptionValues),
    price: Price,
    compareAtPrice: Type.Optional(Price),
    taxClass: Type.Optional(TaxClass),
    weightGrams: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
    requiresShipping: Type.Optional(Type.Boolean()),
    imageUrl: Type.Optional(Url),
  },
  'VariantInput',
)

export const productFields = {
  handle: Type.Optional(Handle),
  title: Text(255),
  description: Type.Optional(Text(500_000, 0)),
  vendor: Type.Optional(Text(255, 0)),
  type: Type.Optional(Text(255, 0)),
  tags: Type.Optional(Type.Array(Tag, { maxItems: 250 })),
  status: Type.Optional(ProductStatus),
  publishAt: Type.Optional(Instant),
  categoryIds: Type.Optional(Type.Array(Id('cat'), { maxItems: 50 })),
  options: Type.Optional(
    Type.Array(Text(255), {
      maxItems: optionsLimit,
      uniqueItems: true,
      description: 'Option names, in order; those of the first variant by default',
      examples: [['Size', 'Colour']],
    }),
  ),
  attributes: Type.Optional(Type.Array(input(Attribute.properties, 'AttributeInput'), { maxItems: 100 })),
  media: Type.Optional(
    Type.Array(input({ url: Url, alt: Type.Optional(Text(500, 0)) }, 'MediaInput'), {
      maxItems: 250,
      description: 'All pictures, in their order; the first one stands for the product',
    }),
  ),
  seo: Type.Optional(
    input(
      { title: Type.Optional(Text(255, 0)), description: Type.Optional(Text(500, 0)) },
      'ProductSeoInput',
    ),
  ),
}

export const ImportRefusal = entity('ImportRefusal', {
  row: Type.Integer({ description: 'Row in the file, the header being row 1' }),
  column: Type.String(),
  reason: Type.String(),
  handle: Type.Optional(Type.String()),
})

export const Import = entity('Import', {
  id: Id('imp'),
  filename: Type.String(),
  dryRun: Type.Boolean(),
  status: oneOf(['running', 'done', 'failed']),
  error: Type.Optional(Type.String()),
  bytes: Type.Integer(),
  bytesRead: Type.Integer({ description: 'Progress: how much of the file is done' }),
  rows: Type.Integer(),
  products: Type.Integer({
    description: 'Products of the file that are in the shop now (or would be, in a dry run)',
  }),
  created: Type.Integer({ description: 'Of these, the new ones' }),
  changed: Type.Integer({
    description: 'Of these, the ones that differed before; the others stay as they were',
  }),
  variants: Type.Integer(),
  refusedProducts: Type.Integer(),
  refusals: Type.Array(ImportRefusal, { description: 'The first 1,000 reasons' }),
  startedAt: Instant,
  finishedAt: Type.Optional(Instant),
})
export type Import = Static<typeof Import>
