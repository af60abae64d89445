/** An HTTP exchange, reduced to what the client needs; `fetch` fits behind it as well as a call in the process. */
export type Send = (request: {
  method: string
  path: string
  headers: Record<string, string>
  body?: string | AsyncIterable<Uint8Array>
  /** Ends the exchange early. */
  signal?: AbortSignal
}) => Promise<{ status: number; headers: Headers; text: string }>

/**
 * The `send` of a browser or of Node: by `fetch`, to the shop at `origin`. With `timeoutMs` it throws a `TimeoutError`
 * when there is no answer by then.
 */
export function sendByFetch(origin = '', { timeoutMs }: { readonly timeoutMs?: number } = {}): Send {
  return async ({ method, path, headers, body, signal }) => {
    const init = { method, headers, body, signal: endOf(signal, timeoutMs), duplex: 'half' } as RequestInit
    const response = await fetch(origin + path, init)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

/** Ends when the caller gives up, or when time is up, whatever is first. */
export function endOf(
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
): AbortSignal | undefined {
  const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)]
  const given = signals.filter((each) => each !== undefined)
  return given.length > 1 ? AbortSignal.any(given) : given[0]
}
