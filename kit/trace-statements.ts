import type { Statement } from './sql.ts'
import { presentSpan, type Span } from './trace.ts'

/** A statement as a part of what is done at present; undefined when nobody is interested. Its values are not told. */
export function spanOfStatement({ text }: Pick<Statement, 'text'>, database: string): Span | undefined {
  const parent = presentSpan()
  if (!parent?.sampled) return undefined
  const { operation, summary, told } = aboutOf(text)
  return parent.child({
    name: summary,
    kind: 'client',
    service: parent.service,
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': database,
      'db.operation.name': operation,
      'db.query.summary': summary,
      'db.query.text': told,
    },
  })
}

/** A transaction as a part of what is done at present. */
export function spanOfTransaction(database: string): Span | undefined {
  const parent = presentSpan()
  return parent?.child({
    name: 'transaction',
    kind: 'internal',
    service: parent.service,
    attributes: { 'db.system.name': 'postgresql', 'db.namespace': database },
  })
}

/** Ends the span with what comes of the work; what it throws is thrown on. */
export async function ending<Result>(span: Span, work: Promise<Result>): Promise<Result> {
  try {
    const result = await work
    span.end()
    return result
  } catch (error) {
    span.end(error)
    throw error
  }
}

/** As the last part of its address tells it. */
export function databaseNameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname.slice(1) : ''
}

interface About {
  readonly operation: string
  /** `INSERT rialto.outbox`. */
  readonly summary: string
  readonly told: string
}

const known = new Map<string, About>()
const knownLimit = 2_000
const toldLimit = 500

function aboutOf(text: string): About {
  const found = known.get(text)
  if (found) return found
  const [, verb = /^\s*(\w+)/.exec(text)?.[1] ?? '', table = ''] = target.exec(text) ?? []
  const operation = verb.split(/\s/, 1)[0]?.toUpperCase() ?? ''
  const told = text.replace(/\s+/g, ' ').trim().slice(0, toldLimit)
  const about = { operation, summary: `${operation} ${table}`.trim(), told }
  if (known.size < knownLimit) known.set(text, about)
  return about
}

/** What changes or reads first, and of which table. */
const target =
  /\b(insert(?=\s+into)|update|delete(?=\s+from)|select(?=[^;]*?\sfrom))\b(?:\s+into|\s+from|[^;]*?\sfrom)?\s+([\w.]+)/i
