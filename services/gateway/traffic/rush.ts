/** What requests are for, from what is turned away first to what is kept going longest. */
export const priorities = ['crawling', 'browsing', 'entering', 'owning', 'shopping', 'buying'] as const
export type Priority = (typeof priorities)[number]

/** What the gateway has at hand. */
export interface Load {
  /** Requests that are being worked on, besides those that complete a purchase. */
  readonly underWay: number
  /** Requests that complete a purchase. They may wait for a bank without any strain on the shop. */
  readonly buying: number
}

/** One look at it, at a time in milliseconds. */
export interface Look extends Load {
  /** By how much the process is late with its work. */
  readonly lateMs: number
  readonly at: number
}

/** A rush begins and ends only when all looks for some time agree. */
export type Mood =
  | { readonly name: 'calm'; readonly strainedSince?: number }
  | { readonly name: 'rush'; readonly easySince?: number }

export const calm: Mood = { name: 'calm' }

/** Between two looks, when the process is not late. */
export const lookEveryMs = 100
const beginsAfterMs = 500
const endsAfterMs = 2_000

/** In parts of the bearable number of requests, and by how much the process is late with its work. */
const strained = { underWay: 1.5, lateMs: 100 }
/** Below what those who enter are held to: as long as they are held back it is not easy. */
const easy = { underWay: 0.375, lateMs: 25 }

/** The part of the bearable number of requests up to which each priority is admitted in a rush. */
const room: Readonly<Record<Priority, number>> = {
  crawling: 0.125,
  browsing: 0.25,
  entering: 0.5,
  owning: 0.75,
  shopping: 1.5,
  buying: 16,
}
/** And up to which everything is admitted while there is none. */
const roomWhenCalm = 16

/**
 * The mood after one more look. It is strained when much more is under way than is bearable, or when the
 * process is late with everything; easy when it is clearly neither.
 */
export function nextMood(mood: Mood, { at, ...load }: Look, bearable: number): Mood {
  if (mood.name === 'calm') {
    const isStrained = load.underWay > strained.underWay * bearable || load.lateMs > strained.lateMs
    if (!isStrained) return calm
    const { strainedSince = at } = mood
    return at - strainedSince >= beginsAfterMs ? { name: 'rush' } : { name: 'calm', strainedSince }
  }
  const isEasy = load.underWay < easy.underWay * bearable && load.lateMs < easy.lateMs
  if (!isEasy) return { name: 'rush' }
  const { easySince = at } = mood
  return at - easySince >= endsAfterMs ? calm : { name: 'rush', easySince }
}

/** Whether one more request is taken. Purchases that are being completed are counted for themselves. */
export function isAdmitted(priority: Priority, load: Load, mood: Mood, bearable: number): boolean {
  const part = mood.name === 'rush' ? room[priority] : roomWhenCalm
  return (priority === 'buying' ? load.buying : load.underWay) < part * bearable
}
