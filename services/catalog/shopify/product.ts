// What one product of a Shopify file becomes, in the words of the catalog. What the file has no column for is
// absent: a product that is in the shop already keeps it, while an empty cell takes it away.

export type ImportedProduct = {
  handle: string
  title: string
  /** Safe HTML: cleaned by an allow-list, stable when cleaned again. */
  descriptionHtml?: string
  vendor?: string
  type?: string
  tags?: string[]
  status?: 'draft' | 'active' | 'archived'
  /** From the root to the leaf; empty when the file names no category. */
  categoryPath: string[]
  /** Empty for a product without choices (Shopify's "Default Title"). */
  options?: { name: string; values: string[] }[]
  seo: { title?: string; description?: string }
  /** In order of position, numbered from 1, each address once; holds every variant's picture too. */
  images?: ImportedImage[]
  /** At least one. */
  variants: ImportedVariant[]
  /** Sorted by name. A name occurs several times when the attribute has several values. */
  attributes?: { name: string; value: string }[]
  giftCard?: boolean
}

export type ImportedImage = { url: string; position: number; alt: string }

export type ImportedVariant = {
  sku?: string | null
  barcode?: string | null
  /** Option name to value, for every option of the product. */
  options: Record<string, string>
  grams?: number
  /** Minor units of the file's currency. */
  price?: number
  compareAtPrice?: number | null
  /** Null: stock is not counted. */
  quantity?: number | null
  continueSelling?: boolean
  requiresShipping?: boolean
  taxable?: boolean
  taxCode?: string | null
  imageUrl?: string | null
}

/** A product of which all is told, as an export writes it. */
export type WholeProduct = Required<Omit<ImportedProduct, 'seo' | 'variants'>> & {
  seo: Required<ImportedProduct['seo']>
  variants: WholeVariant[]
}
export type WholeVariant = Required<ImportedVariant>

/** Why a row cannot be read. `row` counts as a spreadsheet does: the header is row 1. */
export type RowProblem = { row: number; column: string; reason: string }

export const limits = {
  variants: 2_000,
  images: 250,
  tags: 250,
  options: 10,
  columns: 1_000,
  categoryDepth: 10,
  nameLength: 255,
  /** As much as inventory counts of one variant. */
  quantity: 10_000_000,
  /** A hundred tonnes. */
  grams: 100_000_000,
  textLength: 1_000,
  fieldBytes: 512 * 1024,
  recordBytes: 1024 * 1024,
  handles: 1_000_000,
  problems: 500,
}
