import { type Dispatcher, Pool } from 'undici'

/** One request, ready to be sent. */
export interface Ask {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly text: string
}

export interface HttpClient {
  /** Resolves with the answer as it is, also when it is a refusal. */
  send(ask: Ask): Promise<Answer>
  /** Reads the answer and keeps nothing of it. Throws unless it is a good one. */
  look(ask: Ask): Promise<void>
  close(): Promise<void>
}

const patienceMs = 60_000
const graphErrors = Buffer.from('{"errors"')

/** The lightest client of undici: a request costs it some 20 µs, so that it is not what limits the shop. */
export function openClient(url: string, connections: number): HttpClient {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: patienceMs,
    bodyTimeout: patienceMs,
  })
  return {
    send: (ask) =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = []
        let status = 0
        let headers: Answer['headers'] = {}
        dispatch(pool, ask, {
          onResponseStart: (_controller, code, given) => {
            status = code
            headers = given
          },
          onResponseData: (_controller, chunk) => void chunks.push(chunk),
          onResponseEnd: () => resolve({ status, headers, text: Buffer.concat(chunks).toString() }),
          onResponseError: (_controller, error) => reject(error),
        })
      }),
    look: (ask) =>
      new Promise((resolve, reject) => {
        let wrong = ''
        let isFirst = true
        dispatch(pool, ask, {
          onResponseStart: (_controller, code) => {
            if (code !== 200) wrong = `answered ${code}`
          },
          onResponseData: (_controller, chunk) => {
            if (isFirst && chunk.subarray(0, graphErrors.length).equals(graphErrors))
              wrong = 'answered errors'
            isFirst = false
          },
          onResponseEnd: () => (wrong ? reject(new Error(wrong)) : resolve()),
          onResponseError: (_controller, error) => reject(error),
        })
      }),
    close: () => pool.destroy(),
  }
}

function dispatch(
  pool: Pool,
  { method, path, headers, body }: Ask,
  handler: Dispatcher.DispatchHandler,
): void {
  const options = { method: method as Dispatcher.HttpMethod, path, headers, body: body ?? null }
  pool.dispatch(options, { onRequestStart: () => undefined, ...handler })
}

/** Sends JSON and reads JSON. Throws what the platform says to a refusal. */
export async function ask<Reply>(
  client: HttpClient,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ reply: Reply; headers: Answer['headers'] }> {
  const sent = body === undefined ? headers : { 'content-type': 'application/json', ...headers }
  const text = body === undefined ? undefined : JSON.stringify(body)
  const answer = await client.send({ method, path, headers: sent, body: text })
  if (answer.status >= 300)
    throw new Error(`${method} ${nameless(path)} ${answer.status} ${wordsOf(answer.text)}`)
  return { reply: answer.text ? JSON.parse(answer.text) : undefined, headers: answer.headers }
}

/** What a refusal says, as shortly as it does: its code, or else its words. */
function wordsOf(text: string): string {
  try {
    const { code, message } = JSON.parse(text) as { code?: string; message?: string }
    return nameless(code ?? message ?? text).slice(0, 120)
  } catch {
    return nameless(text.slice(0, 120))
  }
}

/** Without ids and numbers, so that refusals of one kind are counted together. */
export function nameless(text: string): string {
  return text.replace(/[a-z]+_?[0-9a-z]{20,}/gi, '…').replace(/\d{4,}/g, '…')
}
