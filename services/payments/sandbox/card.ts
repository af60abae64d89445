/** What the sandbox gateway does with a card. */
export const outcomes = ['approved', 'declined', 'expired', 'challenge', 'timeout', 'late'] as const
export type Outcome = (typeof outcomes)[number]

interface TestCard {
  readonly number: string
  readonly does: Outcome
  readonly outcome: string
}

/** The only cards the sandbox takes: nobody should type a real one here. */
export const testCards: readonly TestCard[] = [
  { number: '4242 4242 4242 4242', does: 'approved', outcome: 'Approved at once' },
  { number: '4000 0000 0000 0002', does: 'declined', outcome: 'Declined by the bank' },
  { number: '4000 0000 0000 0069', does: 'expired', outcome: 'Declined because the card has expired' },
  { number: '4000 0000 0000 3220', does: 'challenge', outcome: 'Asks the shopper to confirm (3-D Secure)' },
  {
    number: '4000 0000 0000 0119',
    does: 'timeout',
    outcome: 'Approved, but the gateway does not answer in time',
  },
  {
    number: '4000 0000 0000 0341',
    does: 'late',
    outcome: 'Undecided at first; approved by a webhook seconds later',
  },
]

export interface CardFault {
  readonly field: 'number' | 'expiry' | 'cvc'
  readonly message: string
}

export type CardCheck =
  | { readonly kind: 'good'; readonly outcome: Outcome; readonly last4: string }
  | { readonly kind: 'bad'; readonly errors: CardFault[] }

/** Checks what the shopper typed. Nothing of the number is passed on but its last four digits. */
export function checkCard(card: { number: string; expiry: string; cvc: string }, now: Date): CardCheck {
  const digits = card.number.replaceAll(/[\s-]/g, '')
  const known = testCards.find(({ number }) => number.replaceAll(' ', '') === digits)
  const errors: CardFault[] = []
  if (!isCardNumber(digits)) errors.push({ field: 'number', message: 'is not a card number' })
  else if (!known) errors.push({ field: 'number', message: 'must be one of the test cards of this sandbox' })
  const end = endOf(card.expiry)
  if (end === undefined) errors.push({ field: 'expiry', message: 'must be month and year, such as 12/34' })
  else if (end <= now.getTime()) errors.push({ field: 'expiry', message: 'is in the past' })
  if (!/^\d{3,4}$/.test(card.cvc.trim())) errors.push({ field: 'cvc', message: 'must be 3 or 4 digits' })
  if (errors.length > 0 || !known) return { kind: 'bad', errors }
  return { kind: 'good', outcome: known.does, last4: digits.slice(-4) }
}

/** 12 to 19 digits whose check digit is right (Luhn, ISO/IEC 7812). */
export function isCardNumber(digits: string): boolean {
  if (!/^\d{12,19}$/.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

/** When the card ends: the first instant after its month. */
function endOf(expiry: string): number | undefined {
  const match = /^\s*(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})\s*$/.exec(expiry)
  const month = Number(match?.[1])
  if (!match || month < 1 || month > 12) return undefined
  const year = Number(match[2])
  return Date.UTC(year < 100 ? 2_000 + year : year, month)
}
