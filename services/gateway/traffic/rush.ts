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
const beginsAfterMs = 1_000
const endsAfterMs = 2_000

/** By how much the process may be late with its work; and what counts as hardly late. */
const lateMs = { strained: 100, easy: 25 }

/** The part of the bearable number of requests up to which each priority is admitted in a rush. */
const room: Readonly<Record<Priority, number>> = {
  crawling: 0.25,
  browsing: 0.5,
  entering: 1,
  owning: 1.5,
  shopping: 2,
  buying: 16,
}
/** And up to which everything is admitted while there is none. */
const roomWhenCalm = 16

/**
 * The mood after one more look. It is strained when more is under way than twice what is bearable, or when the
 * process is late with everything; easy when it is clearly neither.
 */
export function nextMood(mood: Mood, { at, ...load }: Look, bearable: number): Mood {
  if (mood.name === 'calm') {
    const isStrained = load.underWay > 2 * bearable || load.lateMs > lateMs.strained
    if (!isStrained) return calm
    const { strainedSince = at } = mood
    return at - strainedSince >= beginsAfterMs ? { name: 'rush' } : { name: 'calm', strainedSince }
  }
  const isEasy = load.underWay < bearable / 2 && load.lateMs < lateMs.easy
  if (!isEasy) return { name: 'rush' }
  const { easySince = at } = mood
  return at - easySince >= endsAfterMs ? calm : { name: 'rush', easySince }
}

/** Whether one more request is taken. Purchases that are being completed are counted for themselves. */
export function isAdmitted(priority: Priority, load: Load, mood: Mood, bearable: number): boolean {
  const part = mood.name === 'rush' ? room[priority] : roomWhenCalm
  return (priority === 'buying' ? load.buying : load.underWay) < part * bearable
}
