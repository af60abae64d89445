const awayCodes = /^(08|57P0)|^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$|^53300$/

/** Whether a statement failed because its database is away, or its connection is lost. */
export function isAway(error: Error & { code?: string }): boolean {
  return (
    awayCodes.test(error.code ?? '') ||
    // The driver gives these no code: a connection that broke, was found broken, could not be had, or is silent.
    /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout exceeded when trying to connect|Query read timeout)/.test(
      error.message,
    )
  )
}
