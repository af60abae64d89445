import { contract, event } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import { Empty, Id, input, Page, Price, paging, Text, Type } from '@rialto/kit/schema'
import {
  Category,
  CategoryName,
  Handle,
  Import,
  Product,
  productFields,
  Variant,
  VariantForSale,
  VariantInput,
} from './schemas.ts'

export { Category, Import, Product, Variant, VariantForSale } from './schemas.ts'

export const handleTaken = problem('handle-taken', 409, 'The handle belongs to another product')
export const skuTaken = problem('sku-taken', 409, 'The SKU belongs to another variant')

export const productChanged = event('product.changed', 1, Product)
export const productRemoved = event(
  'product.removed',
  1,
  Type.Object({ id: Id('prod'), variantIds: Type.Array(Id('var')) }),
)
export const categoryChanged = event(
  'category.changed',
  1,
  Type.Object({ id: Id('cat'), removed: Type.Boolean() }),
)

const staff = 'staff:catalog' as const
/** Said of what is a part of a product and has no version of its own. */
const ofProduct = '`If-Match` takes the version of the product, which every change of a variant raises.'

export const catalog = contract(
  'catalog',
  {
    version: 1,
    summary: 'Products, variants, categories and their import',
    events: [productChanged, productRemoved, categoryChanged],
  },
  {
    listProducts: {
      method: 'GET',
      path: '/products',
      access: ['anyone', staff, 'service'],
      summary: 'List products, newest first; shoppers see the active ones',
      query: Type.Object({
        ...paging,
        ids: Type.Optional(
          Type.Array(Id('prod'), { minItems: 1, maxItems: 100, description: 'Of these only' }),
        ),
        status: Type.Optional(Product.properties.status),
        categoryId: Type.Optional(Id('cat')),
        q: Type.Optional(
          Type.String({ maxLength: 200, description: 'Part of the title, the handle or a SKU' }),
        ),
        handle: Type.Optional(Type.String({ maxLength: 255, description: 'The very handle' })),
        sku: Type.Optional(
          Type.String({ maxLength: 255, description: 'The very SKU of one of its variants' }),
        ),
      }),
      reply: { 200: Page(Product) },
      cache: { seconds: 60, tags: ['product'] },
    },
    getProduct: {
      method: 'GET',
      path: '/products/:id',
      access: ['anyone', staff, 'service'],
      summary: 'Read a product by its id or handle',
      description:
        'A handle that the product had earlier is answered with the product under its present handle.',
      reply: { 200: Product },
      cache: { seconds: 60, tags: ['product:{id}'] },
    },
    createProduct: {
      method: 'POST',
      path: '/products',
      access: staff,
      summary: 'Create a product with its variants',
      body: input({ ...productFields, variants: Type.Array(VariantInput, { minItems: 1, maxItems: 2000 }) }),
      reply: { 201: Product },
      problems: [handleTaken, skuTaken],
    },
    updateProduct: {
      method: 'PATCH',
      path: '/products/:id',
      access: staff,
      summary: 'Change fields of a product',
      body: input({ ...productFields, title: Type.Optional(Text(255)) }),
      reply: { 200: Product },
      problems: [handleTaken],
    },
    removeProduct: {
      method: 'DELETE',
      path: '/products/:id',
      access: staff,
      summary: 'Remove a product and its variants',
      reply: { 204: Empty },
    },
    getVariant: {
      method: 'GET',
      path: '/variants/:id',
      access: [staff, 'service'],
      summary: 'Read a variant, whether its product is for sale or not',
      reply: { 200: Variant },
    },
    addVariant: {
      method: 'POST',
      path: '/products/:id/variants',
      access: staff,
      summary: 'Add a variant to a product',
      body: VariantInput,
      reply: { 201: Variant },
      problems: [skuTaken, conflict],
    },
    updateVariant: {
      method: 'PATCH',
      path: '/variants/:id',
      access: staff,
      summary: 'Change a variant: price, SKU, weight, …',
      description: ofProduct,
      body: input({ ...VariantInput.properties, price: Type.Optional(Price) }),
      reply: { 200: Variant },
      problems: [skuTaken, conflict],
    },
    removeVariant: {
      method: 'DELETE',
      path: '/variants/:id',
      access: staff,
      summary: 'Remove a variant; the last one stays',
      description: ofProduct,
      reply: { 204: Empty },
      problems: [conflict],
    },
    getVariantsForSale: {
      method: 'GET',
      path: '/variants',
      access: ['anyone', 'service'],
      summary: 'Read up to 100 variants by id; those not for sale are left out',
      query: Type.Object({ ids: Type.Array(Id('var'), { minItems: 1, maxItems: 100 }) }),
      reply: { 200: Type.Object({ items: Type.Array(VariantForSale) }) },
    },
    listCategories: {
      method: 'GET',
      path: '/categories',
      access: ['anyone', 'service'],
      summary: 'List all categories, parents before children, in shop order',
      reply: { 200: Type.Object({ items: Type.Array(Category, { maxItems: 5000 }) }) },
      cache: { seconds: 60, tags: ['category'] },
    },
    getCategory: {
      method: 'GET',
      path: '/categories/:id',
      access: ['anyone', 'service'],
      summary: 'Read a category by its id or handle',
      reply: { 200: Category },
      cache: { seconds: 60, tags: ['category'] },
    },
    createCategory: {
      method: 'POST',
      path: '/categories',
      access: staff,
      summary: 'Create a category',
      body: input({
        name: CategoryName,
        handle: Type.Optional(Handle),
        parentId: Type.Optional(Id('cat')),
        position: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
      }),
      reply: { 201: Category },
      problems: [conflict],
    },
    updateCategory: {
      method: 'PATCH',
      path: '/categories/:id',
      access: staff,
      summary: 'Rename, reorder or move a category with all below it',
      body: input({
        name: Type.Optional(CategoryName),
        handle: Type.Optional(Handle),
        parentId: Type.Optional(
          Type.Union([Id('cat'), Type.Null()], { description: 'Where to; null moves it to the top' }),
        ),
        position: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
      }),
      reply: { 200: Category },
      problems: [conflict],
    },
    removeCategory: {
      method: 'DELETE',
      path: '/categories/:id',
      access: staff,
      summary: 'Remove an empty category',
      reply: { 204: Empty },
      problems: [conflict],
    },
    startImport: {
      method: 'POST',
      path: '/imports',
      access: staff,
      summary: 'Import a Shopify product CSV',
      description:
        'The file is stored, then read in the background; follow it with getImport. A refused row refuses its product, never the file. Prices are in the shop’s currency. What the file has no column for stays as it is at products that are there.',
      query: Type.Object({
        dryRun: Type.Optional(
          Type.Boolean({ default: false, description: 'Reads and checks everything, and changes nothing' }),
        ),
        filename: Type.Optional(Text(255)),
      }),
      body: { raw: 'text/csv', maxBytes: 512 * 1024 * 1024 },
      reply: { 202: Import },
    },
    exportProducts: {
      method: 'GET',
      path: '/exports/products',
      access: staff,
      summary: 'Export all products as a Shopify product CSV, part by part',
      description:
        'Ask for the next part until there is no `next`; the `csv` of all parts together are the file. Imported again, it changes nothing. `npm run export -- FILE.csv` does this.',
      query: Type.Object({
        after: Type.Optional(Type.String({ maxLength: 300 })),
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 100, default: 100, description: 'Products in a part at most' }),
        ),
      }),
      reply: { 200: Type.Object({ csv: Type.String(), next: Type.Optional(Type.String()) }) },
      problems: [conflict],
    },
    getImport: {
      method: 'GET',
      path: '/imports/:id',
      access: staff,
      summary: 'Read an import: progress, result, refused rows',
      reply: { 200: Import },
    },
    listImports: {
      method: 'GET',
      path: '/imports',
      access: staff,
      summary: 'List imports, newest first',
      query: Type.Object(paging),
      reply: { 200: Page(Import) },
    },
  },
)
