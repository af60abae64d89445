import type { Movement } from './contract.ts'
import { type Balance, type Move, moved, sellable } from './stock.ts'

/** Wanted or held of one variant. */
export interface Line {
  readonly variantId: string
  readonly quantity: number
}

export type Status = 'held' | 'expired' | 'released' | 'committed' | 'cancelled'

export interface Reservation {
  readonly checkoutId: string
  readonly status: Status
  /** What is taken from stock. Untracked variants are not in it. */
  readonly lines: readonly Line[]
  readonly expiresAt: string | null
}

export type Request =
  | { kind: 'reserve'; checkoutId: string; lines: readonly Line[]; expiresAt: string }
  | { kind: 'release'; checkoutId: string }
  | { kind: 'expire'; checkoutId: string; now: string }
  /** The order was placed: the goods are sold. */
  | { kind: 'place'; checkoutId: string; lines: readonly Line[] }
  | { kind: 'cancel'; checkoutId: string }

export interface ShortLine {
  readonly variantId: string
  readonly wanted: number
  readonly available: number
}

export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'short'; readonly lines: readonly ShortLine[] }

export interface Decision {
  /** One for each request, in their order. */
  readonly outcomes: readonly Outcome[]
  readonly reservations: readonly Reservation[]
  readonly moves: readonly Move[]
  readonly balances: ReadonlyMap<string, Balance>
}

/** What a request makes of a reservation: its next status, and the movements of each line on the way. */
interface Step {
  readonly to: Status
  readonly moves: readonly Movement['kind'][]
}

const hold: Step = { to: 'held', moves: ['reserve'] }
const give = (to: Status): Step => ({ to, moves: ['release'] })
const mark = (to: Status): Step => ({ to, moves: [] })

/**
 * The life of a reservation. A missing entry changes nothing: repeats and late messages end there.
 * Only what expired may be held again; what was released or cancelled is refused, for that caller is late.
 */
const life: Record<Request['kind'], Partial<Record<Status | 'none', Step | 'gone'>>> = {
  reserve: { none: hold, expired: hold, held: mark('held'), released: 'gone', cancelled: 'gone' },
  release: { none: mark('released'), expired: mark('released'), held: give('released') },
  expire: { held: give('expired') },
  place: {
    held: { to: 'committed', moves: ['commit'] },
    // The order is paid, so its goods are taken anew if they are still there.
    none: { to: 'committed', moves: ['reserve', 'commit'] },
    expired: { to: 'committed', moves: ['reserve', 'commit'] },
    released: { to: 'committed', moves: ['reserve', 'commit'] },
  },
  cancel: {
    none: mark('cancelled'),
    expired: mark('cancelled'),
    released: mark('cancelled'),
    held: give('cancelled'),
    committed: { to: 'cancelled', moves: ['return'] },
  },
}

/** Decides requests in their order, first come, first served. A refusal leaves the others as they are. */
export function decide(
  requests: readonly Request[],
  reservations: ReadonlyMap<string, Reservation>,
  balances: ReadonlyMap<string, Balance>,
): Decision {
  const changed = new Map<string, Reservation>()
  const after = new Map(balances)
  const moves: Move[] = []
  const outcomes = requests.map((request): Outcome => {
    const { checkoutId } = request
    const known = changed.get(checkoutId) ?? reservations.get(checkoutId)
    const step = life[request.kind][known?.status ?? 'none']
    if (step === 'gone') return { kind: 'gone' }
    if (!step || tooEarly(request, known)) return { kind: 'done' }
    const lines = step.moves.includes('reserve') ? wantedLines(request) : (known?.lines ?? [])
    if (step.moves.includes('reserve')) {
      const short = shortLines(lines, after)
      if (short.length > 0) return { kind: 'short', lines: short }
    }
    const held = step.moves.includes('reserve') ? lines.filter((line) => counted(line, after)) : lines
    for (const kind of step.moves) {
      for (const line of held) moves.push(move(after, kind, line, checkoutId))
    }
    const next = { checkoutId, status: step.to, lines: held, expiresAt: expiryOf(request, known) }
    if (next.status !== known?.status || next.expiresAt !== known.expiresAt) changed.set(checkoutId, next)
    return { kind: 'done' }
  })
  return { outcomes, reservations: [...changed.values()], moves, balances: after }
}

/** Lines of the same variant count together. */
export function merged(lines: readonly Line[]): Line[] {
  const quantities = new Map<string, number>()
  for (const { variantId, quantity } of lines) {
    quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity)
  }
  return [...quantities].map(([variantId, quantity]) => ({ variantId, quantity }))
}

function wantedLines(request: Request): Line[] {
  return 'lines' in request ? merged(request.lines) : []
}

function shortLines(lines: readonly Line[], balances: ReadonlyMap<string, Balance>): ShortLine[] {
  return lines
    .map(({ variantId, quantity }) => ({
      variantId,
      wanted: quantity,
      available: sellable(balances.get(variantId)),
    }))
    .filter(({ wanted, available }) => available < wanted)
}

function counted({ variantId }: Line, balances: ReadonlyMap<string, Balance>): boolean {
  return balances.get(variantId)?.tracked === true
}

function move(
  balances: Map<string, Balance>,
  kind: Movement['kind'],
  { variantId, quantity }: Line,
  reference: string,
): Move {
  const balance = balances.get(variantId)
  if (!balance) throw new Error(`Stock of ${variantId} is held for ${reference} but has no balance`)
  const made = { variantId, kind, quantity: kind === 'reserve' ? -quantity : quantity, reference }
  balances.set(variantId, moved(balance, made))
  return made
}

function tooEarly(request: Request, known: Reservation | undefined): boolean {
  return request.kind === 'expire' && (known?.expiresAt ?? request.now) > request.now
}

/** A checkout that reserves again while it holds, holds for longer. */
function expiryOf(request: Request, known: Reservation | undefined): string | null {
  if (request.kind !== 'reserve') return known?.expiresAt ?? null
  const expiresAt = new Date(request.expiresAt).toISOString()
  return known?.status === 'held' && known.expiresAt && known.expiresAt > expiresAt
    ? known.expiresAt
    : expiresAt
}
