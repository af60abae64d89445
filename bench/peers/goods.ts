/** The catalog that every platform sells: the same names, prices and stock, made of a seed. */

export interface Good {
  readonly handle: string
  readonly title: string
  readonly description: string
  /** Index of its category. */
  readonly category: number
  readonly variants: readonly Piece[]
}

export interface Piece {
  readonly size: string
  readonly sku: string
  /** In cents. */
  readonly price: number
  readonly stock: number
}

const adjectives = 'Classic Modern Rustic Slim Relaxed Vintage Urban Coastal Alpine Nordic'.split(' ')
const materials = 'linen cotton wool denim leather canvas silk flannel corduroy fleece'.split(' ')
const nouns = (
  'Shirt Jacket Trousers Sweater Scarf Hat Boots Gloves Bag Belt ' +
  'Dress Skirt Coat Socks Vest Hoodie Shorts Blazer Cardigan Parka'
).split(' ')
const words = (
  'durable everyday garment made in small batches with careful stitching and a comfortable fit for travel work ' +
  'and weekend wear easy to wash quick to dry built to last designed to be repaired packed in recycled paper'
).split(' ')

export const sizes = ['S', 'M', 'L']
export const categories = nouns.map((noun) => ({
  name: `Category ${noun}`,
  handle: `category-${noun.toLowerCase()}`,
}))
export const searchWords = [...materials, ...nouns.map((noun) => noun.toLowerCase())]
export const hotStock = 200
export const hotAttempts = 400
const plenty = 1_000_000

export function makeGoods(count: number): Good[] {
  const random = randomOf(42)
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? ''
  return Array.from({ length: count }, (_, index) => {
    const [adjective, material] = [pick(adjectives), materials[index % materials.length] ?? '']
    const category = index % nouns.length
    const noun = nouns[category] ?? ''
    const text = Array.from({ length: 40 }, () => pick(words)).join(' ')
    const price = 1_000 + Math.floor(random() * 9_000)
    const stuff = `${material[0]?.toUpperCase()}${material.slice(1)}`
    return {
      handle: `product-${index}`,
      title: `${adjective} ${stuff} ${noun} ${index}`,
      description: `${adjective} ${material} ${noun.toLowerCase()}: ${text}.`,
      category,
      variants: sizes.map((size, at) => {
        return { size, sku: `SKU-${index}-${size}`, price: price + at * 100, stock: plenty }
      }),
    }
  })
}

/** One variant of which there are few, for all who come at once. */
export function makeHotGood(tag: string): Good {
  const variants = [{ size: 'S', sku: `HOT-${tag}`, price: 2_500, stock: hotStock }]
  return { handle: `hot-${tag}`, title: `Hot item ${tag}`, description: 'Few.', category: 0, variants }
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
