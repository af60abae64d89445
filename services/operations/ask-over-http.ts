import type { Sign } from '@rialto/kit/actor-token'
import { instanceAudience } from '@rialto/kit/instance-routes'
import { receivedProblem } from '@rialto/kit/problem'
import { recentAudience } from '@rialto/kit/recent'
import type { LiveProcess, Question } from './informants.ts'

const replyLimitBytes = 16 * 1024 * 1024
const timeoutMs = 1_500

/** Asks processes at their doors, each over a connection of its own. */
export function askOverHttp(sign: Sign) {
  let client: ReturnType<typeof openClient> | undefined
  return {
    ask: async ({ url }: LiveProcess, { method = 'GET', path, body }: Question): Promise<unknown> => {
      client ??= openClient()
      const { agent, request } = await client
      const { statusCode, body: answer } = await request(`${url}${path}`, {
        dispatcher: agent,
        method,
        headers: {
          authorization: `Bearer ${await tokenOf(sign, path)}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
      return readAnswer(statusCode, await answer.text())
    },
    close: async () => (await client)?.agent.close(),
  }
}

/** Loaded when somebody else is asked: a process that is alone asks itself. */
async function openClient() {
  const { Agent, request } = await import('undici')
  const agent = new Agent({
    connections: 2,
    connect: { timeout: 1_000 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
    maxResponseSize: replyLimitBytes,
  })
  return { agent, request }
}

/** With it a process opens what is for services of the fleet only. */
export function tokenOf(sign: Sign, path: string): Promise<string> {
  const audience = path.startsWith('/recent/') ? recentAudience : instanceAudience
  return sign({ kind: 'service', name: 'operations' }, audience)
}

export function readAnswer(status: number, text: string): unknown {
  const told = text === '' ? null : JSON.parse(text)
  if (status >= 400) throw receivedProblem(told) ?? new Error(`it answered ${status}`)
  return told
}
