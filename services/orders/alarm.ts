// When the watchdog takes up a checkout, cancellation or refund that is still open.

/** Milliseconds after its beginning. Most are long over then. */
export const watchMs = 5_000
/** An order waits longer to be charged: news of it is on its way, and nobody waits for that. */
export const captureWatchMs = 30_000
/** Between two alarms of the same one. */
export const longestPauseMs = 600_000
