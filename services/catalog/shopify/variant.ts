import type { CellReader } from './cells.ts'
import type { ImportedVariant } from './product.ts'
import * as value from './values.ts'

/** What the product's earlier rows used already, with the row: neither may come twice. */
export type Seen = { skus: Map<string, number>; choices: Map<string, number> }

/** An option of the product and the number of the columns it came in. */
export type ChosenOption = { number: number; name: string }

export function readVariant(
  reader: CellReader,
  options: ChosenOption[],
  seen: Seen,
  currencyDigits: number,
): ImportedVariant {
  const price = (text: string) => value.priceMinor(text, currencyDigits)
  if (reader.has('Variant Price') && !reader.text('Variant Price')) {
    reader.refuse('Variant Price', 'The variant has no price. Fill it in, or write 0 for a free one.')
  }
  return {
    sku: readSku(reader, seen),
    barcode: reader.told<string | null>('Variant Barcode', value.productCode, null),
    options: readChoices(reader, options, seen),
    grams: readWeight(reader),
    price: reader.told('Variant Price', price, 0),
    compareAtPrice: reader.told<number | null>('Variant Compare At Price', earlierPrice(price), null),
    quantity: readQuantity(reader),
    continueSelling: reader.told('Variant Inventory Policy', value.continueSelling, false),
    requiresShipping: reader.told('Variant Requires Shipping', value.yesOrNo, true),
    taxable: reader.told('Variant Taxable', value.yesOrNo, true),
    taxCode: reader.told<string | null>('Variant Tax Code', value.shortText, null),
    imageUrl: reader.told<string | null>('Variant Image', value.imageUrl, null),
  }
}

/** Shopify writes 0 where no earlier price is meant. */
function earlierPrice(price: (text: string) => number) {
  return (text: string) => price(text) || null
}

function readSku(reader: CellReader, seen: Seen): string | null | undefined {
  const sku = reader.told<string | null>('Variant SKU', value.productCode, null)
  if (sku === null || sku === undefined) return sku
  const earlier = seen.skus.get(sku)
  if (earlier === undefined) seen.skus.set(sku, reader.row())
  else
    reader.refuse(
      'Variant SKU',
      `The SKU ${value.quoted(sku)} is taken by row ${earlier}. Give each variant its own.`,
    )
  return sku
}

function readChoices(reader: CellReader, options: ChosenOption[], seen: Seen): Record<string, string> {
  const choices: [string, string][] = []
  for (const { number, name: nameAt, value: at } of reader.columns.options) {
    const column = `Option${number} Value`
    const text = reader.parseAt(at, column, value.shortText, '')
    const option = options.find((candidate) => candidate.number === number)
    if (option) {
      if (!reader.textAt(at)) reader.refuseAt(at, column, `The ${option.name} is missing here. Fill it in.`)
      choices.push([option.name, text])
    } else if (text && text.toLowerCase() !== 'default title') {
      reader.refuseAt(
        at,
        column,
        `${value.quoted(text)} belongs to no option. Write its name into Option${number} Name of the first row.`,
      )
    }
    const name = reader.textAt(nameAt)
    if (option && name && name !== option.name) {
      reader.refuseAt(
        nameAt,
        `Option${number} Name`,
        `The first row names this option ${value.quoted(option.name)}.`,
      )
    }
  }
  checkUnique(reader, choices, seen)
  return Object.fromEntries(choices)
}

function checkUnique(reader: CellReader, choices: [string, string][], seen: Seen) {
  const values = choices.map(([, text]) => text)
  const key = JSON.stringify(values)
  const earlier = seen.choices.get(key)
  if (earlier === undefined) return seen.choices.set(key, reader.row())
  const option = reader.columns.options[0]
  reader.refuseAt(
    option?.value,
    'Option1 Value',
    values.length > 0
      ? `Row ${earlier} is ${value.quoted(values.join(' / '))} already. Change or remove one of them.`
      : `Row ${earlier} is the only variant already. Name an option to tell several variants apart.`,
  )
}

// "Variant Grams" is exact; the weight with its unit is read where a file has nothing else.
function readWeight(reader: CellReader): number | undefined {
  if (!reader.has('Variant Grams') && !reader.has('Variant Weight')) return undefined
  const grams = reader.read('Variant Grams', (text) => value.weightGrams(text, 'g'), 0)
  if (grams > 0) return grams
  const amount = reader.text('Variant Weight')
  if (!amount) return grams
  const unit = reader.text('Variant Weight Unit') || 'kg'
  return reader.read('Variant Weight', () => value.weightGrams(amount, unit), 0)
}

// A blank tracker means that stock is not counted; a file without the column counts what it gives.
function readQuantity(reader: CellReader): number | null | undefined {
  const given = reader.told<number | null>('Variant Inventory Qty', value.quantity, null)
  if (!reader.has('Variant Inventory Tracker')) return given
  if (!reader.text('Variant Inventory Tracker')) return null
  return given === undefined ? undefined : (given ?? 0)
}
