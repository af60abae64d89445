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

/** A rush begins and ends only after so many looks in a row that agree. */
export type Mood =
  | { readonly name: 'calm'; readonly strainedLooks: number }
  | { readonly name: 'rush'; readonly easyLooks: number }

export const calm: Mood = { name: 'calm', strainedLooks: 0 }

/** Between two looks. */
export const lookEveryMs = 100
const looksToBegin = 10
const looksToEnd = 20

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
export function nextMood(mood: Mood, load: Load & { readonly lateMs: number }, bearable: number): Mood {
  if (mood.name === 'calm') {
    const isStrained = load.underWay > 2 * bearable || load.lateMs > lateMs.strained
    const strainedLooks = isStrained ? mood.strainedLooks + 1 : 0
    return strainedLooks >= looksToBegin ? { name: 'rush', easyLooks: 0 } : { name: 'calm', strainedLooks }
  }
  const isEasy = load.underWay < bearable / 2 && load.lateMs < lateMs.easy
  const easyLooks = isEasy ? mood.easyLooks + 1 : 0
  return easyLooks >= looksToEnd ? calm : { name: 'rush', easyLooks }
}

/** Whether one more request is taken. Purchases that are being completed are counted for themselves. */
export function isAdmitted(priority: Priority, load: Load, mood: Mood, bearable: number): boolean {
  const part = mood.name === 'rush' ? room[priority] : roomWhenCalm
  return (priority === 'buying' ? load.buying : load.underWay) < part * bearable
}
