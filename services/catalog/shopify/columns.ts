// Which column of a file is which. Files differ in order, case, blanks and in the age of their names.

import { limits } from './product.ts'

export type Columns = {
  /** Position of a known column, or undefined when the file does not have it. */
  at: Map<Column, number>
  /** The header cells as the file writes them: what a merchant looks for. */
  header: string[]
  /** Option columns in the order of their number. */
  options: { number: number; name: number | undefined; value: number }[]
  attributes: { at: number; name: string; listed: boolean }[]
}

export type Column = keyof typeof otherNames

// Shopify renamed its columns in 2025; both generations are read, the older one is written.
const otherNames = {
  Handle: ['URL handle'],
  Title: [],
  'Body (HTML)': ['Body HTML', 'Description'],
  Vendor: [],
  'Product Category': [],
  Type: ['Product Type'],
  Tags: [],
  Published: ['Published on online store'],
  Status: [],
  'Variant SKU': ['SKU'],
  'Variant Grams': ['Weight value (grams)'],
  'Variant Weight': ['Weight'],
  'Variant Weight Unit': ['Weight unit for display', 'Weight Unit'],
  'Variant Inventory Tracker': ['Inventory tracker'],
  'Variant Inventory Qty': ['Inventory quantity', 'Variant Inventory Quantity'],
  'Variant Inventory Policy': ['Continue selling when out of stock'],
  'Variant Price': ['Price'],
  'Variant Compare At Price': ['Compare-at price', 'Compare At Price'],
  'Variant Requires Shipping': ['Requires shipping'],
  'Variant Taxable': ['Charge tax'],
  'Variant Tax Code': ['Tax code'],
  'Variant Barcode': ['Barcode'],
  'Image Src': ['Product image URL'],
  'Image Position': [],
  'Image Alt Text': [],
  'Variant Image': ['Variant image URL'],
  'Gift Card': [],
  'SEO Title': [],
  'SEO Description': [],
  'Google Shopping / Google Product Category': [],
} satisfies Record<string, string[]>

/** Columns of the Google feed that make good facets, and the attribute each becomes. */
export const feedAttributes: Record<string, string> = {
  'Google Shopping / Gender': 'Gender',
  'Google Shopping / Age Group': 'Age group',
  'Google Shopping / Condition': 'Condition',
}

/** Reads a header; a string is the reason why the file cannot be read with it, with the column meant. */
export function readHeader(cells: string[]): Columns | { column: string; reason: string } {
  const header = cells.map((cell) => unguarded(cell.trim()))
  const places = new Map<string, number>()
  for (const [index, name] of header.entries()) if (!places.has(key(name))) places.set(key(name), index)
  const at = new Map<Column, number>()
  for (const column of Object.keys(otherNames) as Column[]) {
    const index = [column, ...otherNames[column]]
      .map((name) => places.get(key(name)))
      .find((i) => i !== undefined)
    if (index !== undefined) at.set(column, index)
  }
  return (
    fault(header, at) ?? { at, header, options: optionColumns(places), attributes: attributeColumns(header) }
  )
}

export function label(columns: Columns, column: Column): string {
  return columns.header[columns.at.get(column) ?? -1] ?? column
}

// A spreadsheet runs a cell that starts like a formula. Export puts an apostrophe before such a cell and
// before one that already looks guarded, so that taking one apostrophe away gives back the exact text.
const formula = /^'*[=+\-@＝＋－＠\t\r]/
const guarded = /^'+[=+\-@＝＋－＠\t\r]/

export function guardFormula(text: string): string {
  return formula.test(text) ? `'${text}` : text
}

export function unguarded(text: string): string {
  return guarded.test(text) ? text.slice(1) : text
}

function fault(header: string[], at: Map<Column, number>) {
  if (header.length > limits.columns) {
    return { column: '', reason: `${header.length} columns are too many. Keep ${limits.columns}.` }
  }
  for (const column of ['Handle', 'Title'] as const) {
    if (at.has(column)) continue
    const reason = `The column ${column} is missing. Add a column named ${column} to the first row.`
    return { column, reason }
  }
  const twice = (Object.keys(otherNames) as Column[]).find(
    (column) => header.filter((name) => key(name) === key(column)).length > 1,
  )
  return twice && { column: twice, reason: `There are two columns ${twice}. Remove or rename one of them.` }
}

function optionColumns(places: Map<string, number>): Columns['options'] {
  const options: Columns['options'] = []
  for (let number = 1; number <= limits.options; number++) {
    const value = places.get(`option${number} value`)
    if (value !== undefined) options.push({ number, name: places.get(`option${number} name`), value })
  }
  return options
}

function attributeColumns(header: string[]): Columns['attributes'] {
  const feed = new Map(Object.entries(feedAttributes).map(([column, name]) => [key(column), name]))
  return header.flatMap((text, at) => {
    const name = feed.get(key(text))
    if (name) return [{ at, name, listed: false }]
    const match = /^(.*)\(product\.metafields\.([^.()]+)\.([^()]+)\)$/is.exec(text)
    if (!match) return []
    const [, words = '', space = '', field = ''] = match
    // What Shopify's search and review apps keep for themselves describes no product.
    if (/^(shopify--discovery.*|reviews)$/i.test(space)) return []
    return [{ at, name: words.trim() || field, listed: /^shopify$/i.test(space) }]
  })
}

function key(name: string): string {
  return name.trim().replace(/\s+/g, ' ').toLowerCase()
}
