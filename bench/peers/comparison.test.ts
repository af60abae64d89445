import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartOf } from './chart.ts'
import { figure, rowsOf, spreadText, timesTheBestPeer } from './compared.ts'
import { makeGoods } from './goods.ts'
import { nameless } from './http-client.ts'
import { readOptions } from './options.ts'
import { type PlatformName, platformNames } from './platform.ts'
import type { Comparison } from './results.ts'
import { quantile, sampleOf } from './sample.ts'
import { ratesOf, table, tablesOf, titles } from './tables.ts'
import { ratio, verdict } from './targets.ts'
import type { Measured, Turn } from './turn.ts'
import { worksOf } from './works.ts'

const nothing = { failures: {}, seconds: 2, loadCpuSeconds: 0.1 }

test('a pace is the sum of what each shopper did, over the time until their own last operation', () => {
  const quick = { timesMs: [100, 100], seconds: 0.2 }
  const slow = { timesMs: [4_000], seconds: 4 }
  const never = { timesMs: [], seconds: 0 }
  const { perSecond, operations, p50Ms, p99Ms } = sampleOf([quick, slow, never], nothing)
  assert.equal(perSecond, 10.25)
  assert.deepEqual([operations, p50Ms, p99Ms], [3, 100, 4_000])
})

test('a quantile is the smallest figure that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => index + 1)
  assert.deepEqual(
    [0, 0.5, 0.99, 1].map((share) => quantile(hundred, share)),
    [1, 50, 99, 100],
  )
  assert.equal(quantile([], 0.5), Number.NaN)
})

test('Rialto is held against the peer that does best', () => {
  assert.equal(timesTheBestPeer({ rialto: 100, medusa: 4, vendure: 5 }, 'highest'), 20)
  assert.equal(timesTheBestPeer({ rialto: 1, medusa: 4, vendure: 5 }, 'lowest'), 0.25)
  assert.equal(timesTheBestPeer({ rialto: 100 }, 'highest'), undefined)
  assert.equal(timesTheBestPeer({ rialto: 100, vendure: Number.NaN }, 'highest'), undefined)
})

test('a target that is missed is said to be', () => {
  const target = { says: '≥ 20 ×', isMet: (times: number) => times >= 20 }
  assert.equal(verdict(20, target), '**20 ×** (wanted ≥ 20 ×)')
  assert.equal(verdict(3, target), '3.0 × (wanted ≥ 20 ×: missed)')
  assert.equal(verdict(3, undefined), '3.0 ×')
  assert.equal(verdict(undefined, target), '')
  assert.deepEqual([ratio(0.05), ratio(0.4), ratio(0)], ['1/20', '1/2.5', '–'])
})

test('figures have the digits that matter', () => {
  assert.deepEqual([0.123, 1.5, 12.34, 1234.5, Number.NaN].map(figure), ['0.12', '1.5', '12.3', '1,235', '–'])
  assert.equal(spreadText({ median: 2, lowest: 1, highest: 3 }), '2 (1–3)')
  assert.equal(spreadText({ median: 2, lowest: 2, highest: 2 }), '2')
})

test('the tables tell what each platform did, and what became of its orders', () => {
  const text = tablesOf(comparison)
  assert.match(
    text,
    /whole checkout, 32 shoppers +\| 200 +\| 2, 4 failed +\| 10 +\| \*\*20 ×\*\* \(wanted ≥ 20 ×\)/,
  )
  assert.match(text, /hot item: oversold +\| 0 +\| 0 +\| 200/)
  assert.match(
    text,
    /cold start to the first answer, s +\| 1 +\| 4 +\| 3 +\| 1\/3\.0 \(wanted ≤ 1\/4: missed\)/,
  )
  assert.equal(
    new Set(
      table(['a', 'b'], [['long', '×']])
        .split('\n')
        .map((line) => [...line].length),
    ).size,
    1,
  )
})

test('a round that a platform did not live through leaves its figures out', () => {
  const turns = comparison.turns.filter(({ platform }) => platform !== 'medusa')
  const [row] = rowsOf({ ...comparison, turns })
  assert.deepEqual(Object.keys(row?.figures ?? {}), ['rialto', 'vendure'])
  assert.doesNotMatch(tablesOf({ ...comparison, turns }), /undefined|NaN/)
})

test('the chart labels each bar with its figure, and draws none for what was not measured', () => {
  const svg = chartOf(ratesOf(comparison), titles)
  assert.equal(svg.match(/<rect class="\w+" x="300"/g)?.length, 3)
  assert.match(svg, />200<\/text>/)
  const gap = [{ says: 'a < b', perSecond: { rialto: 5, medusa: Number.NaN } }]
  assert.match(chartOf(gap, titles), /a &#60; b/)
  assert.equal(chartOf(gap, titles).match(/<rect class="\w+" x="300"/g)?.length, 1)
})

test('a command line that cannot be meant is refused, with what would do', () => {
  assert.deepEqual(
    readOptions(['--peers', '--only', 'rialto', '--work', 'checkout,hot']).works.map(({ name }) => name),
    ['checkout-1', 'checkout-8', 'checkout-32', 'hot'],
  )
  assert.throws(() => readOptions(['--only', 'shop']), /--only does not know shop. Give some of rialto,/)
  assert.throws(() => readOptions(['--work', 'lists']), /--work does not know lists/)
  assert.throws(() => readOptions(['--rounds', '0']), /Give --rounds from 1/)
})

test('the hot item is left out of every other round', () => {
  const all = readOptions([]).works
  assert.deepEqual(
    [0, 1, 2].map((round) => worksOf(all, round).length),
    [12, 11, 12],
  )
})

test('every platform sells the same, whenever it is seeded', () => {
  assert.deepEqual(makeGoods(50), makeGoods(50))
  const skus = makeGoods(50).flatMap(({ variants }) => variants.map(({ sku }) => sku))
  assert.equal(new Set(skus).size, 150)
})

test('refusals of one kind are counted together', () => {
  assert.equal(nameless('cart_01HXABCDEFGHJKMNPQRSTVWXYZ is gone'), '… is gone')
})

function measured(platform: PlatformName, perSecond: number, failures = {}): Measured {
  const times = { p50Ms: 1_000 / perSecond, p99Ms: 2_000 / perSecond }
  const cpu = { cpuMsPerOperation: 2_000 / perSecond, cpuSeconds: { server: 2 } }
  const rest = { ...nothing, failures, operations: perSecond, perSecond }
  return { round: 0, platform, work: 'checkout-32', ...rest, ...times, ...cpu }
}

function turn(platform: PlatformName, coldStartSeconds: number, own: Measured, oversold: number): Turn {
  const orders = { ordersAnswered: 10, ordersInDatabase: 10, hotOrders: 200 + oversold, oversold }
  return { round: 0, platform, coldStartSeconds, memoryMiB: 500, measured: [own], wrong: [], ...orders }
}

const comparison: Comparison = {
  at: '2026-01-02T03:04:05Z',
  machine: { cpu: 'a processor', cores: 2, memoryGiB: 24, system: 'linux x64', node: 'v26.10.0' },
  rounds: 1,
  seconds: 4,
  size: { products: 1_000, historyOrders: 1_000 },
  installed: Object.fromEntries(platformNames.map((name) => [name, { mebibytes: 100, packages: 10 }])),
  bare: sampleOf([{ timesMs: [1], seconds: 0.001 }], nothing),
  turns: [
    turn('rialto', 1, measured('rialto', 200), 0),
    turn('medusa', 4, measured('medusa', 2, { slow: 4 }), 0),
    turn('vendure', 3, measured('vendure', 10), 200),
  ],
}
