import { isRaw, type Operation, pathParameters } from '@rialto/kit/contract'
import fc from 'fast-check'
import { kindsIn, type Things } from '../access/things.ts'
import { createRandom, type Random } from '../faults/storm/random.ts'
import { wholeInputs } from '../inputs.ts'
import { breakages, type Draft } from './breakages.ts'

// Requests that look random and are the same for the same seed: whole ones, and whole ones broken in a few ways.

export interface FuzzRequest {
  readonly operation: Operation
  /** How it was broken. */
  readonly broken: readonly string[]
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly payload?: string | Buffer
}

const wholeInputsEach = 40
/** A quarter stays as it is: it makes that later ones are about things that are there. */
const wholeShare = 0.25

/** Makes one request after the other, of any of the operations. */
export function createMill(
  seed: number,
  operations: readonly Operation[],
  things: Things,
): () => FuzzRequest {
  const random = createRandom(seed)
  const samples = new Map<Operation, Sample[]>()
  return () => {
    const operation = random.pick(operations) as Operation
    const known = samples.get(operation) ?? sampled(operation, things, seed)
    samples.set(operation, known)
    const draft = draftOf(operation, random.pick(known) as Sample, things)
    const broken = random.chance(wholeShare)
      ? []
      : Array.from({ length: random.between(1, 3) }, () => breakOnce(draft, random))
    return { operation, broken, ...finished(operation, draft) }
  }
}

type Sample = { readonly query: Record<string, unknown>; readonly body: Record<string, unknown> }

function sampled(operation: Operation, things: Things, seed: number): Sample[] {
  return fc.sample(wholeInputs(operation, things), { numRuns: wholeInputsEach, seed })
}

function draftOf(operation: Operation, { query, body }: Sample, things: Things): Draft {
  const kinds = kindsIn(operation.path)
  const params = pathParameters(operation.path).map(
    (name, at) => [name, things[kinds[at] ?? ''] ?? 'x_1'] as const,
  )
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  )
  const raw = isRaw(operation.body) ? operation.body.raw : undefined
  return {
    method: operation.method,
    params: Object.fromEntries(params),
    query: pairs,
    headers: operation.body ? { 'content-type': raw ?? 'application/json' } : {},
    json: operation.body && raw === undefined ? structuredClone(body) : undefined,
    ...(raw !== undefined && { bytes: Buffer.from('Handle,Title,Variant Price\nfuzz-file,Fuzz,1.00\n') }),
  }
}

function breakOnce(draft: Draft, random: Random): string {
  const [name, change] = random.pick(Object.entries(breakages)) as [string, (typeof breakages)[string]]
  change(draft, random)
  return name
}

function finished(operation: Operation, draft: Draft): Omit<FuzzRequest, 'operation' | 'broken'> {
  const path = operation.path.replace(/:(\w+)/g, (_, name) => escaped(draft.params[name] ?? ''))
  const search = draft.query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&')
  const payload = draft.bytes ?? (draft.json === undefined ? undefined : JSON.stringify(draft.json))
  const { method, headers } = draft
  return { method, url: `/api${path}${search && `?${search}`}`, headers, payload }
}

/** Some texts stay as they are, so that broken escapes arrive, too. */
function escaped(text: string): string {
  if (/^%/.test(text)) return text
  return encodeURIComponent(text.toWellFormed())
}
