/** More than any provider has to say. */
const limitBytes = 256 * 1024

/** Fetches, and reads no more of the answer than a provider's documents have. */
export async function boundedFetch(url: string, options: RequestInit): Promise<Response> {
  const reply = await fetch(url, options)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of (reply.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length
    if (size > limitBytes) throw new TypeError('The provider’s answer is too large')
    parts.push(part)
  }
  const { status, headers } = reply
  return new Response(size > 0 ? Buffer.concat(parts) : null, { status, headers })
}
