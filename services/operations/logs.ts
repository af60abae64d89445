import { invalidInput } from '@rialto/kit/problem'
import type { RecentLog } from '@rialto/kit/recent'
import { Type } from '@rialto/kit/schema'
import { checker } from '@rialto/kit/validation'
import type { LogLine } from './contract.ts'
import { gather } from './informants.ts'
import type { Answers, OperationsOptions } from './operations.ts'

interface Told {
  readonly logs: readonly RecentLog[]
  /** Behind what was told. */
  readonly next: number
}

const textLimit = 2_000

/** Where the reader stands in the log of each process; none: at its latest lines. */
type Positions = Readonly<Record<string, number>>

export function logReads({ informants }: OperationsOptions): Pick<Answers, 'listLogs' | 'changeLogLevel'> {
  return {
    changeLogLevel: async ({ level, service }) => {
      const all = await informants.live()
      const wanted = all.filter((one) => !service || one.name === service || one.services.includes(service))
      const question = { method: 'PUT', path: '/recent/log-level', body: { level } } as const
      const { answers, silent } = await gather(informants, question, wanted)
      return { level, instances: answers.length, silent }
    },
    listLogs: async ({ position, limit = 50, ...filter }) => {
      const positions = position === undefined ? {} : read(position)
      const processes = await informants.live()
      const heard = await Promise.all(
        processes.map(async (process) => {
          const after = positions[process.id]
          const query = queryOf({
            ...filter,
            ...(after !== undefined && { after }),
            limit: after === undefined ? 2_000 : limit,
          })
          const { answers, silent } = await gather<Told>(informants, { path: `/recent/logs?${query}` }, [
            process,
          ])
          return { process, told: answers[0]?.answer, silent }
        }),
      )
      const next = heard.map(({ process, told }) => [process.id, told?.next ?? positions[process.id]])
      const lines = heard.flatMap(({ process, told }) =>
        (told?.logs ?? []).map((log) => lineOf(log, process.name)),
      )
      const ordered = lines.sort((a, b) => a.at.localeCompare(b.at))
      return {
        lines: position === undefined ? ordered.slice(-limit) : ordered,
        position: write(Object.fromEntries(next.filter(([, at]) => at !== undefined))),
        silent: heard.flatMap(({ silent }) => silent).sort(),
      }
    },
  }
}

function queryOf(filter: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const given = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return new URLSearchParams(given)
}

function lineOf({ fields, message, ...log }: RecentLog, instance: string): LogLine {
  const texts = Object.entries(fields).map(([name, value]) => [
    name,
    (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, textLimit),
  ])
  return { ...log, instance, message: message.slice(0, textLimit), fields: Object.fromEntries(texts) }
}

const checkPositions = checker(Type.Record(Type.String({ maxLength: 200 }), Type.Integer({ minimum: 0 })))

function write(positions: Positions): string {
  return Buffer.from(JSON.stringify(positions)).toString('base64url')
}

function read(position: string): Positions {
  try {
    const positions = JSON.parse(Buffer.from(position, 'base64url').toString())
    checkPositions(positions)
    return positions
  } catch (cause) {
    const errors = [{ field: 'position', message: 'must be the `position` of an earlier answer' }]
    const refusal = invalidInput('position is none of these logs.', { errors })
    refusal.cause = cause
    throw refusal
  }
}
