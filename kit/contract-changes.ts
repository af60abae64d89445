import {
  accessList,
  type ContractInfo,
  type EventType,
  isRaw,
  type Operation,
  successStatus,
  takesKey,
} from './contract.ts'
import type { ProblemInfo } from './problem.ts'
import { type Role, type Schema, schemaBreaks } from './schema-changes.ts'

/**
 * What of a contract's change breaks its callers and hearers, old ones among the new, in plain words. A version that
 * was raised may break what it wants.
 */
export function contractBreaks(was: ContractInfo, is: ContractInfo | undefined): string[] {
  if (!is) return [`${was.name} is gone`]
  if (is.version > was.version) return []
  const operations = new Map(is.operations.map((operation) => [operation.name, operation]))
  const events = new Map(is.events.map((event) => [eventName(event), event]))
  return [
    ...was.operations.flatMap((operation) =>
      named(operation.name, operationBreaks(operation, operations.get(operation.name))),
    ),
    ...was.events.flatMap((event) =>
      named(eventName(event), eventBreaks(event, events.get(eventName(event)))),
    ),
  ].map((reason) => `${was.name}: ${reason}`)
}

function operationBreaks(was: Operation, is: Operation | undefined): string[] {
  if (!is) return ['is gone']
  const moved = was.method !== is.method || was.path !== is.path
  return [
    ...(moved ? [`was ${was.method} ${was.path}, is ${is.method} ${is.path}`] : []),
    ...(is.internal && !was.internal ? ['is internal now'] : []),
    ...accessBreaks(was, is),
    ...repeatBreaks(was, is),
    ...(was.live && !is.live ? ['cannot be watched any more'] : []),
    ...named('query', breaks(was.query, is.query, 'taken')),
    ...named('body', bodyBreaks(was, is)),
    ...replyBreaks(was, is),
    ...problemBreaks(was.problems, is.problems),
  ]
}

function eventBreaks(was: EventType, is: EventType | undefined): string[] {
  return is ? breaks(was.schema, is.schema, 'given') : ['is not said any more']
}

function accessBreaks(was: Operation, is: Operation): string[] {
  const granted = accessList(is)
  const lost = granted.includes('anyone') ? [] : accessList(was).filter((access) => !granted.includes(access))
  return lost.map((access) => `is closed to ${access}`)
}

/** Callers repeat what they were told they may. */
function repeatBreaks(was: Operation, is: Operation): string[] {
  if (takesKey(was) && !takesKey(is)) return ['takes no Idempotency-Key any more']
  if (was.idempotent === 'by-content' && is.idempotent !== 'by-content')
    return ['may not be repeated any more']
  return []
}

function bodyBreaks({ body: was }: Operation, { body: is }: Operation): string[] {
  if (!isRaw(was) && !isRaw(is)) return breaks(was, is, 'taken')
  if (!was || !is || !isRaw(was) || !isRaw(is) || was.raw !== is.raw) return ['is of another type']
  return is.maxBytes < was.maxBytes ? [`may have ${is.maxBytes} bytes instead of ${was.maxBytes}`] : []
}

function replyBreaks(was: Operation, is: Operation): string[] {
  const [before, now] = [successStatus(was), successStatus(is)]
  if (before !== now) return [`answers ${now} instead of ${before}`]
  return named('reply', breaks(was.reply[before], is.reply[now], 'given'))
}

/** A problem that is not raised any more breaks nobody; one that says something else under its code does. */
function problemBreaks(was: readonly ProblemInfo[] = [], is: readonly ProblemInfo[] = []): string[] {
  const present = new Map(is.map((problem) => [problem.code, problem]))
  return was.flatMap(({ code, status, schema }) => {
    const now = present.get(code)
    if (!now) return []
    const restated = now.status === status ? [] : [`answers ${now.status} instead of ${status}`]
    return named(code, [...restated, ...breaks(schema, now.schema, 'given')])
  })
}

const nothing: Schema = { type: 'object' }

function breaks(was: object = nothing, is: object = nothing, role: Role): string[] {
  return schemaBreaks(was as Schema, is as Schema, role)
}

function named(name: string, reasons: readonly string[]): string[] {
  return reasons.map((reason) => `${name} ${reason}`)
}

function eventName({ name, version }: EventType): string {
  return `${name} in version ${version}`
}
