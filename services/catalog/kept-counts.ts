export interface Keeping {
  readonly now: () => number
}

/** What was counted within this time is counted anew for whoever asks; a longer count is waited for only once. */
const patienceMs = 50
/** A count is kept for so many times as long as it took, so that counting never takes more than a part of the time. */
const keptTimes = 20

/**
 * Keeps the answer of a count that takes longer the more there is. While it is renewed, the one before is told: whoever
 * looks at a large shop sees counts that are some seconds old, and waits no longer than in a small one.
 */
export function keepCounts<Counts>(
  count: () => Promise<Counts>,
  { now }: Keeping = { now: () => performance.now() },
): () => Promise<Counts> {
  let kept: { readonly counts: Counts; readonly tookMs: number; readonly at: number } | undefined
  let counting: Promise<Counts> | undefined
  const renew = () => {
    const began = now()
    counting ??= count()
      .then((counts) => {
        kept = { counts, tookMs: now() - began, at: now() }
        return counts
      })
      .finally(() => {
        counting = undefined
      })
    return counting
  }
  return async () => {
    if (!kept || kept.tookMs < patienceMs) return renew()
    // What goes wrong is told to whoever asks first after the kept counts are gone; until then they do.
    if (now() - kept.at > kept.tookMs * keptTimes) renew().catch(() => {})
    return kept.counts
  }
}
