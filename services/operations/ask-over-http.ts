import type { Sign } from '@rialto/kit/actor-token'
import { instanceAudience } from '@rialto/kit/instance-routes'
import { receivedProblem } from '@rialto/kit/problem'
import { recentAudience } from '@rialto/kit/recent'
import { Agent, request } from 'undici'
import type { LiveProcess, Question } from './informants.ts'

const replyLimitBytes = 16 * 1024 * 1024
const timeoutMs = 1_500

/** Asks processes at their doors, each over a connection of its own. */
export function askOverHttp(sign: Sign) {
  const agent = new Agent({
    connections: 2,
    connect: { timeout: 1_000 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 10_000,
    maxResponseSize: replyLimitBytes,
  })
  return {
    ask: async ({ url }: LiveProcess, { method = 'GET', path, body }: Question): Promise<unknown> => {
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
    close: () => agent.close(),
  }
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
