import type { Message } from './message.ts'
import { beginTrace, type Origin, originOf, type Span, type SpanStart, within } from './trace.ts'

/** Work that is done later than this after it was noted is a trace of its own, with a link. */
const continuedMs = 600_000

type Told = Pick<Message, 'id' | 'name' | 'at' | 'attempt' | 'traceparent'>

/** One message in the hands of its hearer, or one job: part of the trace in which it was said. */
export function spanOfMessage(
  verb: 'process' | 'perform',
  message: Told,
  service: string,
  links: readonly Origin[] = [],
): Span | undefined {
  const said = originOf(message.traceparent)
  const isLate = Date.now() - Date.parse(message.at) > continuedMs
  const start = (): SpanStart => ({
    name: `${verb} ${message.name}`,
    kind: 'consumer',
    service,
    attributes: {
      ...about(message.name, verb),
      'messaging.message.id': message.id,
      'rialto.attempt': message.attempt,
    },
    links: isLate && said ? [said, ...links] : links,
  })
  if (!said) return beginTrace(start)
  if (!isLate) return beginTrace(start, said)
  return said.sampled ? beginTrace(start) : undefined
}

/** What is done once for several messages: part of the trace of the first that is sampled, with links to the others. */
export function spanOfBatch(
  verb: 'publish' | 'receive',
  messages: readonly Told[],
  service: string,
): Span | undefined {
  const said = messages
    .flatMap(({ traceparent }) => originOf(traceparent) ?? [])
    .filter(({ sampled }) => sampled)
  const [first, ...others] = said
  if (!first) return undefined
  const names = new Set(messages.map(({ name }) => name))
  const [name = ''] = names.size === 1 ? names : ['events']
  const start = (): SpanStart => ({
    name: `${verb} ${name}`,
    kind: verb === 'publish' ? 'producer' : 'consumer',
    service,
    attributes: { ...about(name, verb), 'messaging.batch.message_count': messages.length },
    links: others,
  })
  return beginTrace(start, first)
}

/** Does the work in the span, if there is one, and ends it. */
export async function inside<Result>(span: Span | undefined, work: () => Promise<Result>): Promise<Result> {
  if (!span) return work()
  try {
    const result = await within(span, work)
    span.end()
    return result
  } catch (error) {
    span.end(error)
    throw error
  }
}

function about(destination: string, verb: string) {
  const types: Record<string, string> = { publish: 'send', receive: 'receive' }
  return {
    'messaging.system': 'rialto',
    'messaging.destination.name': destination,
    'messaging.operation.name': verb,
    'messaging.operation.type': types[verb] ?? 'process',
  }
}
