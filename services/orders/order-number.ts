/** Crockford's base32: without I, L, O and U, which are misread or make words. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const length = 8

/** Makes an order number such as `R-7K2M9QX4` of at least 5 random bytes: short enough to read out, not to be guessed. */
export function orderNumber(random: Uint8Array): string {
  let bits = random.subarray(0, 5).reduce((all, byte) => all * 256n + BigInt(byte), 0n)
  let text = ''
  for (let index = 0; index < length; index++) {
    text = alphabet[Number(bits % 32n)] + text
    bits /= 32n
  }
  return `R-${text}`
}

/** What a customer typed, as it is stored: without blanks, look-alikes taken for what is meant. */
export function normalNumber(typed: string): string {
  const symbols = typed
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/^R(?=.{8}$)/, '')
  return `R-${symbols.replaceAll('O', '0').replace(/[IL]/g, '1')}`
}
