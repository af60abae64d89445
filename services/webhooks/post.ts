import type { IncomingMessage } from 'node:http'
import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent, request } from 'node:https'
import type { LookupFunction } from 'node:net'
import { type AddressRules, addressFault } from './address.ts'
import { RefusedAddress } from './lookup.ts'

export interface Letter {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  /** The beginning of what it says. */
  readonly text: string
  readonly retryAfter?: string
}

export type Post = (letter: Letter) => Promise<Reply>

/** What is kept of an answer. */
const replyLimitBytes = 1_024

/** Sends a letter over a connection of its own, and follows no redirect. Rejects when there is no answer. */
export function openPost({ rules, lookup }: { rules: AddressRules; lookup: LookupFunction }): Post {
  // A connection is checked when it is opened, so none is kept for the next letter.
  const agents = { 'http:': new PlainAgent({ keepAlive: false }), 'https:': new Agent({ keepAlive: false }) }
  return async ({ url, headers, body, signal }) => {
    // Also what was allowed once. And nobody looks up what is an address already, so lookup does not see it.
    const fault = addressFault(url, rules)
    if (fault !== undefined) throw new RefusedAddress(fault)
    const target = new URL(url)
    const send = target.protocol === 'https:' ? request : plainRequest
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const agent = agents[target.protocol as keyof typeof agents]
    const length = Buffer.byteLength(body)
    send(target, { method: 'POST', headers: { ...headers, 'content-length': length }, agent, lookup, signal })
      .on('response', resolve)
      .on('error', reject)
      .end(body)
    const response = await promise
    const text = await beginningOf(response)
    const retryAfter = response.headers['retry-after']
    return { status: response.statusCode ?? 0, text, ...(retryAfter && { retryAfter }) }
  }
}

/** Its status is the answer: what follows may be cut short, by us as well as by them. */
async function beginningOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= replyLimitBytes) break
    }
  } catch {
    // What came until then is kept.
  }
  response.destroy()
  // PostgreSQL stores no NUL.
  return Buffer.concat(chunks).subarray(0, replyLimitBytes).toString().replaceAll('\0', '')
}
