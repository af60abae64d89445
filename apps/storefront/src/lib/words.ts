import { format } from '@rialto/kit/money'

export const locale = 'en-GB'

export function price(amount: number, currency: string): string {
  return format({ amount, currency }, locale).replace('-', '−')
}

/** How much cheaper than before, as `−20%`; undefined when it is not, or by less than one percent. */
export function reduction(amount: number, compareAt: number | undefined): string | undefined {
  if (compareAt === undefined || compareAt <= amount) return undefined
  const percent = Math.floor(((compareAt - amount) * 100) / compareAt)
  return percent > 0 ? `−${percent}%` : undefined
}

const day = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
})
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })

/** A promise of delivery: `Wed, 25 Nov – Fri, 27 Nov`, or one day. Dates carry no time of day. */
export function deliveryDays(earliest: string, latest: string): string {
  const from = day.format(new Date(`${earliest}T00:00:00Z`))
  return earliest === latest ? from : `${from} – ${day.format(new Date(`${latest}T00:00:00Z`))}`
}

export const dateOf = (instant: string) => date.format(new Date(instant))

export const momentOf = (instant: string) => `${moment.format(new Date(instant))} UTC`

const regions = new Intl.DisplayNames(locale, { type: 'region' })

export function countryName(code: string): string {
  return regions.of(code) ?? code
}

/** Countries to choose from, by name. */
export function countryChoices(codes: readonly string[]): { code: string; name: string }[] {
  return codes.map((code) => ({ code, name: countryName(code) })).sort((a, b) => a.name.localeCompare(b.name))
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString(locale)} ${number === 1 ? one : many}`
}

interface Bought {
  readonly variantTitle: string
  readonly quantity: number
  readonly unitPrice: number
}

/** `24 cm · 3 × €82.00` */
export function variantLine({ variantTitle, quantity, unitPrice }: Bought, currency: string): string {
  const cost = `${quantity} × ${price(unitPrice, currency)}`
  return isNamed(variantTitle) ? `${variantTitle} · ${cost}` : cost
}

/** Whether the title tells anything: of a product's only variant it may not. */
export function isNamed(variantTitle: string): boolean {
  return variantTitle !== '' && variantTitle !== 'Default Title'
}

/** Plain text of HTML, for descriptions in search results of others. */
export function plainText(html: string, maxLength: number): string {
  const text = html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length <= maxLength ? text : `${text.slice(0, text.lastIndexOf(' ', maxLength - 1))}…`
}

/** JSON for a script element: no `<` is left that could end it. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c')
}
