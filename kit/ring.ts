/** Keeps the last so many of what comes; the older ones are let go. */
export interface Ring<Item> {
  add(item: Item): void
  /** From the oldest to the newest. Of those numbered from `first` on, where the very first was number 0. */
  list(first?: number): Item[]
  /** The number that the next one gets. */
  readonly next: number
}

export function createRing<Item>(limit: number): Ring<Item> {
  const kept: Item[] = []
  let next = 0
  return {
    add: (item) => {
      kept[next++ % limit] = item
    },
    list: (first = 0) => {
      const items: Item[] = []
      for (let number = Math.max(first, next - limit); number < next; number++)
        items.push(kept[number % limit] as Item)
      return items
    },
    get next() {
      return next
    },
  }
}
