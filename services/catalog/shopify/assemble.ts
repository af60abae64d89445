// The rows of one handle become one product, or the list of everything that is wrong with them.

import { type CellReader, cellReader, checkCells } from './cells.ts'
import type { Columns } from './columns.ts'
import { safeHtml } from './html.ts'
import { type ImportedImage, type ImportedProduct, limits } from './product.ts'
import * as value from './values.ts'
import { type ChosenOption, readVariant } from './variant.ts'

export type Assembly = ReturnType<typeof startProduct>

export function startProduct(columns: Columns, currencyDigits: number) {
  const reader = cellReader(columns)
  const images: (ImportedImage & { given: number })[] = []
  const variants: ImportedProduct['variants'] = []
  const options: ChosenOption[] = []
  const seen = { skus: new Map<string, number>(), choices: new Map<string, number>() }
  let head: ReturnType<typeof readHead> | undefined

  return {
    problems: reader.problems,
    blame: reader.blame,
    add(row: number, cells: string[]) {
      reader.turnTo(row, cells)
      checkCells(reader)
      const first = head === undefined
      if (!head) {
        head = readHead(reader)
        options.push(...readOptions(reader))
      } else {
        const title = reader.text('Title')
        if (title && title !== head.title) {
          reader.refuse(
            'Title',
            `The rows of one handle have two titles. Give ${value.quoted(title)} its own handle.`,
          )
        }
      }
      if (first || carriesVariant(reader)) addVariant()
      addImage(reader, images)
    },
    finish(): ImportedProduct | undefined {
      if (!head || reader.problems.length > 0) return undefined
      const listed = options.map(({ name }) => ({
        name,
        values: [...new Set(variants.map((variant) => variant.options[name] ?? ''))],
      }))
      return {
        ...head,
        options: columns.options.length > 0 ? listed : undefined,
        images: reader.has('Image Src') ? inOrder(images, variants) : undefined,
        variants,
      }
    },
  }

  function addVariant() {
    if (variants.length >= limits.variants) {
      return reader.refuseOnce('Handle', `A product can have ${limits.variants} variants. Split it in two.`)
    }
    variants.push(readVariant(reader, options, seen, currencyDigits))
  }
}

function readHead(reader: CellReader) {
  const title = reader.read('Title', value.shortText, '')
  if (!title && !reader.text('Title')) {
    reader.refuse('Title', 'The first row of a product needs its title. Fill it in.')
  }
  return {
    handle: reader.read('Handle', value.productHandle, ''),
    title,
    descriptionHtml: reader.told('Body (HTML)', safeHtml, ''),
    vendor: reader.told('Vendor', value.shortText, ''),
    type: reader.told('Type', value.shortText, ''),
    tags: reader.told('Tags', value.tagList, []),
    status: readStatus(reader),
    categoryPath: readCategory(reader),
    seo: {
      title: reader.told('SEO Title', value.longText, ''),
      description: reader.told('SEO Description', value.longText, ''),
    },
    attributes: reader.columns.attributes.length > 0 ? readAttributes(reader) : undefined,
    giftCard: reader.told('Gift Card', value.yesOrNo, false),
  } satisfies Partial<ImportedProduct>
}

function readStatus(reader: CellReader): ImportedProduct['status'] {
  const published = reader.told('Published', value.yesOrNo, true)
  const status = reader.told('Status', value.productStatus, 'active') ?? (published && 'active')
  // The one sales channel here is what Shopify calls the online store.
  return published === false && status !== 'archived' ? 'draft' : status || undefined
}

function readCategory(reader: CellReader): string[] {
  const own = reader.text('Product Category')
  if (own && !value.isCategoryId(own)) return reader.read('Product Category', value.categorySteps, [])
  const feed = 'Google Shopping / Google Product Category'
  const google = reader.text(feed)
  if (google && !value.isCategoryId(google)) {
    return reader.read(feed, (text) => value.categorySteps(text.replace(/^\d+ - /, '')), [])
  }
  return reader.read('Type', value.categorySteps, [])
}

function readAttributes(reader: CellReader): NonNullable<ImportedProduct['attributes']> {
  const found = new Map<string, { name: string; value: string }>()
  for (const { at, name, listed } of reader.columns.attributes) {
    for (const part of attributeValues(reader.textAt(at), listed)) {
      // A reference to another object of the shop it came from means nothing here.
      if (part && !part.startsWith('gid://')) found.set(JSON.stringify([name, part]), { name, value: part })
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

// A list is a JSON array, or words between semicolons in Shopify's own category attributes.
function attributeValues(text: string, listed: boolean): string[] {
  if (/^\[\s*"/.test(text)) {
    try {
      const list: unknown = JSON.parse(text)
      if (Array.isArray(list) && list.every((part) => typeof part === 'string'))
        return list.map((part) => part.trim())
    } catch (error) {
      // Not a list after all: a text that merely begins like one.
      if (!(error instanceof SyntaxError)) throw error
    }
  }
  return listed ? text.split(';').map((part) => part.trim()) : [text]
}

// Shopify writes "Title" / "Default Title" for a product without choices.
function readOptions(reader: CellReader): ChosenOption[] {
  const options: ChosenOption[] = []
  for (const option of reader.columns.options) {
    const column = `Option${option.number} Name`
    const name = reader.parseAt(option.name, column, value.shortText, '')
    const first = reader.textAt(option.value).toLowerCase()
    if (!name || (name.toLowerCase() === 'title' && first === 'default title')) continue
    if (options.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
      reader.refuseAt(option.name, column, `Two options are named ${value.quoted(name)}. Rename one.`)
    }
    options.push({ number: option.number, name })
  }
  return options
}

function carriesVariant(reader: CellReader): boolean {
  return (
    reader.columns.options.some((option) => reader.textAt(option.value) !== '') ||
    reader.text('Variant SKU') !== '' ||
    reader.text('Variant Price') !== '' ||
    reader.text('Variant Barcode') !== ''
  )
}

function addImage(reader: CellReader, images: (ImportedImage & { given: number })[]) {
  const url = reader.read('Image Src', value.imageUrl, '')
  if (!url) return
  const alt = reader.read('Image Alt Text', value.longText, '')
  const given = reader.read('Image Position', value.wholeNumber, Number.MAX_SAFE_INTEGER)
  // Some shops repeat the first picture in the row of every variant.
  const known = images.find((image) => image.url === url)
  if (known) {
    known.alt ||= alt
  } else if (images.length < limits.images) {
    images.push({ url, position: 0, alt, given })
  } else {
    reader.refuseOnce('Image Src', `A product can have ${limits.images} images. Remove some.`)
  }
}

function inOrder(images: (ImportedImage & { given: number })[], variants: ImportedProduct['variants']) {
  const sorted: ImportedImage[] = images.toSorted((a, b) => a.given - b.given)
  const urls = new Set(sorted.map((image) => image.url))
  for (const { imageUrl } of variants) {
    if (imageUrl && !urls.has(imageUrl)) sorted.push({ url: imageUrl, position: 0, alt: '' })
    if (imageUrl) urls.add(imageUrl)
  }
  return sorted.map(({ url, alt }, index) => ({ url, position: index + 1, alt }))
}
