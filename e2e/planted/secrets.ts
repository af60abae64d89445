/** What nobody but its owner, or those who have to do with it, may ever read; by what it is. */
export type Secrets = Readonly<Record<string, string>>

/** Nothing of this occurs by itself. */
export const person = {
  email: 'pia.planted@marked.example',
  name: 'Pia Plantedname',
  password: 'planted-password-4711',
  'wrong password': 'planted-wrong-password',
  company: 'Planted Company GmbH',
  line1: 'Plantedstreet 77b',
  line2: 'Planted backyard',
  city: 'Plantedtown',
  region: 'Plantedshire',
  'postal code': 'PL4 9TD',
  phone: '+49 170 47114711',
  cvc: '8361',
  'card number': '4242 4242 4242 4242',
  'declined card number': '4000 0000 0000 0002',
  'real card number': '5555 5555 5555 4444',
  note: 'planted note for the courier',
} as const satisfies Secrets

/** Which of the secrets stand in a text, in any form in which text travels. */
export function findIn(text: string, secrets: Secrets): string[] {
  const lower = text.toLowerCase()
  return Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).some((form) => holds(lower, form.toLowerCase())) ? [name] : [],
  )
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const forms = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    // The last characters depend on what follows.
    bytes.toString('base64').slice(0, -4),
    bytes.toString('hex'),
  ]
  const isDigits = /^[\d +-]+$/.test(secret)
  if (isDigits) forms.push(secret.replaceAll(/[ -]/g, ''), secret.replaceAll(' ', '-'))
  return forms.filter((form) => form.length >= 4)
}

/** Four digits stand in many longer numbers, so they have to stand alone. */
function holds(text: string, form: string): boolean {
  if (form.length > 6) return text.includes(form)
  return new RegExp(`(?<![\\w.])${form}(?![\\w.])`).test(text)
}
