// How one cell becomes a value. Every function takes trimmed text that is not empty,
// and throws BadCell with words that tell the merchant what to write instead.

import { limits } from './product.ts'

export class BadCell extends Error {}

/**
 * Reads a price into minor units. The decimal mark may be a point or a comma; with both, the last one is
 * the decimal mark. A single mark before exactly three digits ("1,234") means 1234 to some and 1.234 to
 * others, a factor of a thousand, so it is refused unless the currency decides it.
 */
export function priceMinor(text: string, digits: number): number {
  const [whole, fraction] = splitDecimal(text, bareNumber(text), digits)
  if (fraction.length > digits && /[1-9]/.test(fraction.slice(digits))) {
    throw new BadCell(`${quoted(text)} has more decimals than the currency (${digits}). Round the price.`)
  }
  const minor = Number(whole + fraction.slice(0, digits).padEnd(digits, '0'))
  if (minor > 1e12) throw new BadCell(`${quoted(text)} is too large for a price.`)
  return minor
}

/** Shopify counts below zero what was sold too much; there is nothing of it to sell. */
export function quantity(text: string): number {
  const count = wholeNumber(text)
  if (count > limits.quantity) throw new BadCell(`${quoted(text)} is too many. Keep ${limits.quantity}.`)
  return Math.max(0, count)
}

export function wholeNumber(text: string): number {
  if (!/^-?\d{1,10}(\.0+)?$/.test(text)) {
    throw new BadCell(`${quoted(text)} is not a whole number. Write it like 12.`)
  }
  return Number(text)
}

const gramsPer: Record<string, number> = { g: 1, kg: 1000, lb: 453.59237, oz: 28.349523125 }
const unitNames: Record<string, string> = {
  gram: 'g',
  grams: 'g',
  kilogram: 'kg',
  kilograms: 'kg',
  pound: 'lb',
  pounds: 'lb',
  lbs: 'lb',
  ounce: 'oz',
  ounces: 'oz',
}

export function weightGrams(text: string, unit: string): number {
  const name = unit.toLowerCase()
  const factor = gramsPer[unitNames[name] ?? name]
  if (factor === undefined) {
    throw new BadCell(`${quoted(unit)} is not a unit of weight. Write g, kg, lb or oz.`)
  }
  const match = /^(\d{1,9})(?:[.,](\d{1,9}))?$/.exec(text)
  if (!match) throw new BadCell(`${quoted(text)} is not a weight. Write it like 250 or 0.25.`)
  const grams = Math.round(Number(`${match[1]}.${match[2] ?? '0'}`) * factor)
  if (grams > limits.grams) throw new BadCell(`${quoted(`${text} ${unit}`)} is too heavy for a parcel.`)
  return grams
}

export function yesOrNo(text: string): boolean {
  if (/^(true|1|yes|y|on)$/i.test(text)) return true
  if (/^(false|0|no|n|off)$/i.test(text)) return false
  throw new BadCell(`${quoted(text)} is neither yes nor no. Write TRUE or FALSE.`)
}

/** Shopify's older files say continue or deny, the newer ones TRUE or FALSE. */
export function continueSelling(text: string): boolean {
  if (/^continue$/i.test(text)) return true
  if (/^deny$/i.test(text)) return false
  try {
    return yesOrNo(text)
  } catch (cause) {
    throw new BadCell(`${quoted(text)} is not a policy. Write continue or deny.`, { cause })
  }
}

export function productStatus(text: string): 'draft' | 'active' | 'archived' {
  const status = text.toLowerCase()
  if (status === 'active' || status === 'archived' || status === 'draft') return status
  // An unlisted product is bought by link only, which a draft comes closest to without showing it to all.
  if (status === 'unlisted') return 'draft'
  throw new BadCell(`${quoted(text)} is not a status. Write active, draft or archived.`)
}

/** Letters and digits of any script with dashes; capitals are made small, as Shopify does. */
export function productHandle(text: string): string {
  const handle = text.normalize('NFC').toLowerCase()
  if (handle.length <= limits.nameLength && /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u.test(handle)) return handle
  const better = handle.replace(/[^\p{L}\p{M}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  throw new BadCell(
    `${quoted(text)} cannot be part of an address. Use letters, digits and dashes` +
      (better ? `, such as "${better.slice(0, 100)}".` : '.'),
  )
}

export function imageUrl(text: string): string {
  const url = text.startsWith('//') ? `https:${text}` : text
  const parsed = URL.parse(url, 'https://shop.invalid')
  const relative = /^\/[^/\\]/.test(url)
  if (parsed && (relative || /^https?:\/\/[^/]/i.test(url)) && url.length <= 2_048) return url
  throw new BadCell(`${quoted(text)} is not a web address. Write it in full, starting with https://.`)
}

/** Spreadsheets turn long codes into 9.78E+12 and lose the digits; nothing can bring them back. */
export function productCode(text: string): string {
  if (/^\d(\.\d+)?E\+\d{1,2}$/i.test(text)) {
    throw new BadCell(
      `${quoted(text)} was shortened by a spreadsheet. Format the column as text and enter the code again.`,
    )
  }
  // Shopify puts an apostrophe before codes of digits so that spreadsheets keep their zeros.
  return shortText(text.replace(/^'+(?=\d+$)/, ''))
}

export function shortText(text: string): string {
  if (text.length <= limits.nameLength) return text
  throw new BadCell(`This is ${text.length} characters long. Shorten it to ${limits.nameLength}.`)
}

export function longText(text: string): string {
  if (text.length <= limits.textLength) return text
  throw new BadCell(`This is ${text.length} characters long. Shorten it to ${limits.textLength}.`)
}

export function tagList(text: string): string[] {
  const tags = new Map<string, string>()
  for (const tag of text.split(',').map((part) => part.trim())) {
    if (tag && !tags.has(tag.toLowerCase())) tags.set(tag.toLowerCase(), shortText(tag))
  }
  if (tags.size > limits.tags) throw new BadCell(`${tags.size} tags are too many. Keep ${limits.tags}.`)
  return [...tags.values()]
}

/** "A > B > C" as steps from the root. */
export function categorySteps(text: string): string[] {
  const steps = text.split('>').map((step) => step.trim())
  if (steps.length > limits.categoryDepth) {
    throw new BadCell(`The category is ${steps.length} levels deep. Keep ${limits.categoryDepth}.`)
  }
  return steps.filter((step) => step !== '').map(shortText)
}

/** A taxonomy id such as 1604, aa-1-13 or gid://… says nothing without Shopify's own tables. */
export function isCategoryId(text: string): boolean {
  return /^(\d+|[a-z]{2}(-\d+)+|gid:.*)$/.test(text)
}

export function quoted(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 57)}…"` : `"${text}"`
}

// The number without what shops write around it: a symbol, a currency code, blanks, Swiss apostrophes.
function bareNumber(text: string): string {
  const bare = text
    .replace(/[\s'’]/g, '')
    .replace(/^(?:[A-Z]{0,2}\p{Sc}|[A-Za-z]{2,3}\.?)/u, '')
    .replace(/(?:\p{Sc}|[A-Za-z]{2,3}\.?)$/u, '')
  if (/^[-−(]/.test(bare) || /^[-−(]/.test(text)) {
    throw new BadCell(`${quoted(text)} is below zero. Write a price of 0 or more.`)
  }
  return bare
}

function splitDecimal(text: string, bare: string, digits: number): [string, string] {
  if (/^\d+$/.test(bare)) return [bare, '']
  const both = /^(\d{1,3}(?:,\d{3})+)\.(\d+)$/.exec(bare) ?? /^(\d{1,3}(?:\.\d{3})+),(\d+)$/.exec(bare)
  if (both) return [(both[1] ?? '').replace(/[.,]/g, ''), both[2] ?? '']
  if (/^\d{1,3}(?:,\d{3}){2,}$|^\d{1,3}(?:\.\d{3}){2,}$/.test(bare)) return [bare.replace(/[.,]/g, ''), '']
  const single = /^(\d*)([.,])(\d+)$/.exec(bare)
  if (!single) throw new BadCell(`${quoted(text)} is not a price. Write it like 19.99.`)
  const [, whole = '', mark, fraction = ''] = single
  if (fraction.length === 3 && /^[1-9]\d{0,2}$/.test(whole)) {
    // A currency without decimals has grouping commas only; one with three writes them after a point.
    if (digits === 0 && mark === ',') return [whole + fraction, '']
    if (digits === 3 && mark === '.') return [whole, fraction]
    throw new BadCell(
      `${quoted(text)} can be read as ${whole}${fraction} or as ${whole}.${fraction}. ` +
        `Write ${whole}${fraction}.00 or ${whole}.${fraction.slice(0, 2)}.`,
    )
  }
  return [whole || '0', fraction]
}
