import { Agent, request } from 'undici'
import { contractHash } from './contract-hash.ts'

const replyLimitBytes = 8 * 1024 * 1024
const timeoutMs = 2_000

/** The contract with this fingerprint, as it came; what it says is still to be checked. */
export type FetchContract = (url: string, hash: string) => Promise<unknown>

/** Asks a process of the fleet at its door for one of its contracts. Throws when it does not have or tell it. */
export function contractsOverHttp(): { readonly fetch: FetchContract; close(): Promise<void> } {
  const agent = new Agent({
    connections: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 1_000,
    maxResponseSize: replyLimitBytes,
  })
  return {
    fetch: async (url, hash) => {
      const { statusCode, body } = await request(`${url}/contract`, { dispatcher: agent })
      const text = await body.text()
      if (statusCode !== 200) throw new Error(`it answered ${statusCode}`)
      // What it says of itself counts for nothing: the fingerprint is taken here.
      for (const { hash: _said, ...contract } of listOf(JSON.parse(text)))
        if (contractHash(contract as never) === hash) return contract
      throw new Error(`it has no contract with the fingerprint ${hash}`)
    },
    close: () => agent.close(),
  }
}

function listOf(answer: unknown): readonly Record<string, unknown>[] {
  const { services } = (answer ?? {}) as { services?: unknown }
  if (!Array.isArray(services)) throw new Error('it tells no services')
  return services.filter((each) => typeof each === 'object' && each !== null)
}
