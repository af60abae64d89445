import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { balance } from './example-stock.ts'
import { decide, type Request, type Reservation, type Status } from './reservation.ts'
import type { Balance, Move } from './stock.ts'

const line = (variantId: string, quantity: number) => ({ variantId, quantity })
const expiresAt = '2026-01-01T00:15:00.000Z'
const later = '2026-01-01T01:00:00.000Z'
const reserve = (checkoutId: string, ...lines: ReturnType<typeof line>[]): Request => ({
  kind: 'reserve',
  checkoutId,
  lines,
  expiresAt,
})

test('a reservation holds all lines or none, and names every line that is short', () => {
  const stock = stockOf(balance('a', 5), balance('b', 1), balance('c', 0))
  const { outcomes, moves } = decide(
    [reserve('chk', line('a', 2), line('b', 2), line('c', 1))],
    new Map(),
    stock,
  )
  assert.deepEqual(outcomes, [
    {
      kind: 'short',
      lines: [
        { variantId: 'b', wanted: 2, available: 1 },
        { variantId: 'c', wanted: 1, available: 0 },
      ],
    },
  ])
  assert.deepEqual(moves, [])
})

test('who comes first is served; a refusal leaves the others alone', () => {
  const { outcomes, balances } = decide(
    [reserve('one', line('a', 3)), reserve('two', line('a', 3)), reserve('three', line('a', 2))],
    new Map(),
    stockOf(balance('a', 5)),
  )
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['done', 'short', 'done'],
  )
  assert.equal(balances.get('a')?.free, 0)
  assert.equal(balances.get('a')?.reserved, 5)
})

test('two lines of one variant count together', () => {
  const { outcomes } = decide(
    [reserve('chk', line('a', 3), line('a', 3))],
    new Map(),
    stockOf(balance('a', 5)),
  )
  assert.equal(outcomes[0]?.kind, 'short')
})

test('untracked variants are sold without touching stock', () => {
  const { outcomes, moves, reservations } = decide(
    [reserve('chk', line('a', 30))],
    new Map(),
    stockOf(balance('a', 0, { tracked: false })),
  )
  assert.equal(outcomes[0]?.kind, 'done')
  assert.deepEqual([moves, reservations[0]?.lines], [[], []])
})

test('a reservation that is repeated later holds for longer, and holds nothing more', () => {
  const first = decide([reserve('chk', line('a', 2))], new Map(), stockOf(balance('a', 5)))
  const again = decide(
    [{ kind: 'reserve', checkoutId: 'chk', lines: [line('a', 2)], expiresAt: later }],
    byCheckout(first.reservations),
    first.balances,
  )
  assert.deepEqual(again.moves, [])
  assert.equal(again.reservations[0]?.expiresAt, later)
})

const ends: [string, Request['kind'][], Status | undefined, string, Partial<Balance>][] = [
  ['sold in the usual order', ['reserve', 'place'], 'committed', 'done', { free: 3, sold: 2 }],
  ['released', ['reserve', 'release'], 'released', 'done', { free: 5 }],
  ['reserved too late', ['release', 'reserve'], 'released', 'gone', { free: 5 }],
  [
    'released late, after the sale',
    ['reserve', 'place', 'release'],
    'committed',
    'done',
    { free: 3, sold: 2 },
  ],
  ['expired, then held again', ['reserve', 'expire', 'reserve'], 'held', 'done', { free: 3, reserved: 2 }],
  ['expired, then sold after all', ['reserve', 'expire', 'place'], 'committed', 'done', { free: 3, sold: 2 }],
  ['cancelled after the sale', ['reserve', 'place', 'cancel'], 'cancelled', 'done', { free: 5 }],
  ['cancelled before the sale is heard', ['reserve', 'cancel', 'place'], 'cancelled', 'done', { free: 5 }],
  ['cancelled before anything is heard', ['cancel', 'place', 'reserve'], 'cancelled', 'gone', { free: 5 }],
  ['sold twice', ['reserve', 'place', 'place'], 'committed', 'done', { free: 3, sold: 2 }],
]
for (const [what, kinds, status, last, expected] of ends) {
  test(`a checkout that is ${what} ends with the right stock`, () => {
    const requests = kinds.map((kind): Request => {
      const wanted = { checkoutId: 'chk', lines: [line('a', 2)], expiresAt, now: later }
      return { kind, ...wanted } as Request
    })
    const { outcomes, reservations, balances } = decide(requests, new Map(), stockOf(balance('a', 5)))
    assert.equal(reservations[0]?.status, status)
    assert.equal(outcomes.at(-1)?.kind, last)
    const { free = 0, reserved = 0, sold = 0 } = expected
    assert.deepEqual(figures(balances.get('a')), { free, reserved, sold, received: 5 })
  })
}

test('a sale whose reservation is gone is not made out of nothing', () => {
  const place: Request = { kind: 'place', checkoutId: 'chk', lines: [line('a', 2)] }
  const { outcomes, moves } = decide([place], new Map(), stockOf(balance('a', 1)))
  assert.equal(outcomes[0]?.kind, 'short')
  assert.deepEqual(moves, [])
})

test('a reservation does not expire before its time', () => {
  const requests: Request[] = [
    reserve('chk', line('a', 2)),
    { kind: 'expire', checkoutId: 'chk', now: '2026-01-01T00:14:59.000Z' },
  ]
  const { reservations } = decide(requests, new Map(), stockOf(balance('a', 5)))
  assert.equal(reservations[0]?.status, 'held')
})

const variantIds = ['a', 'b', 'c', 'd']
const someLines = fc.array(fc.record({ variantId: fc.constantFrom(...variantIds), quantity: fc.nat(6) }), {
  minLength: 1,
  maxLength: 4,
})
const someRequest = fc
  .record({
    kind: fc.constantFrom('reserve', 'reserve', 'reserve', 'release', 'expire', 'place', 'cancel'),
    checkoutId: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    lines: someLines.map((lines) => lines.filter(({ quantity }) => quantity > 0)),
  })
  .map((made) => ({ ...made, expiresAt, now: later }) as Request)
const someStock = fc.tuple(fc.nat(12), fc.nat(12), fc.nat(3)).map(([a, b, c]) =>
  stockOf(
    balance('a', a),
    balance('b', b),
    balance('c', c, { backorder: true }),
    // Of 'd' inventory knows nothing.
  ),
)

test('whatever is asked in whatever order, nothing is oversold and the books agree', () => {
  fc.assert(
    fc.property(someStock, fc.array(someRequest, { maxLength: 40 }), (stock, requests) => {
      const { balances, moves, reservations } = decide(requests, new Map(), stock)
      for (const balanceNow of balances.values()) {
        const { variantId, free, reserved, sold, received, backorder } = balanceNow
        assert.ok(free >= (backorder ? -9_999 : 0) && reserved >= 0 && sold >= 0)
        assert.equal(received, free + reserved + sold)
        assert.equal(reserved, heldIn(reservations, 'held', variantId))
        assert.equal(sold, heldIn(reservations, 'committed', variantId))
        assert.equal(free - (stock.get(variantId)?.free ?? 0), ledgerOf(moves, variantId))
      }
    }),
  )
})

test('deciding together gives what deciding one by one gives', () => {
  fc.assert(
    fc.property(someStock, fc.array(someRequest, { maxLength: 30 }), (stock, requests) => {
      const together = decide(requests, new Map(), stock)
      let balances: ReadonlyMap<string, Balance> = stock
      const reservations = new Map<string, Reservation>()
      const outcomes = requests.flatMap((request) => {
        const single = decide([request], reservations, balances)
        balances = single.balances
        for (const reservation of single.reservations) reservations.set(reservation.checkoutId, reservation)
        return single.outcomes
      })
      assert.deepEqual(together.outcomes, outcomes)
      assert.deepEqual(together.balances, balances)
      assert.deepEqual(byCheckout(together.reservations), reservations)
    }),
  )
})

function stockOf(...balances: Balance[]): Map<string, Balance> {
  return new Map(balances.map((one) => [one.variantId, one]))
}

function byCheckout(reservations: readonly Reservation[]): Map<string, Reservation> {
  return new Map(reservations.map((one) => [one.checkoutId, one]))
}

function figures(of: Balance | undefined) {
  return of && { free: of.free, reserved: of.reserved, sold: of.sold, received: of.received }
}

function heldIn(reservations: readonly Reservation[], status: Status, variantId: string): number {
  const lines = reservations.filter((one) => one.status === status).flatMap((one) => one.lines)
  return lines.reduce((sum, one) => sum + (one.variantId === variantId ? one.quantity : 0), 0)
}

function ledgerOf(moves: readonly Move[], variantId: string): number {
  const ofFree = moves.filter((move) => move.variantId === variantId && move.kind !== 'commit')
  return ofFree.reduce((sum, { quantity }) => sum + quantity, 0)
}
