/**
 * Options of an `LRUCache` for so many things at most, whose memory is taken as it fills: with `max` it takes at once what it
 * needs when it is full.
 */
export function upTo(limit: number) {
  return { maxSize: limit, sizeCalculation: () => 1 } as const
}
