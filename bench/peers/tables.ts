import {
  type ByPlatform,
  byPlatform,
  type Figures,
  figure,
  mediansOf,
  ofTurns,
  type Row,
  rowsOf,
  type Spread,
  spreadText,
  timesTheBestPeer,
} from './compared.ts'
import { type PlatformName, platformNames } from './platform.ts'
import type { Comparison } from './results.ts'
import * as target from './targets.ts'
import type { Turn } from './turn.ts'

export const titles: Readonly<Record<PlatformName, string>> = {
  rialto: 'Rialto',
  medusa: 'Medusa 2.21.2',
  vendure: 'Vendure 3.7.3',
}

/** Everything that was measured, as Markdown that also reads well at a terminal. */
export function tablesOf(comparison: Comparison): string {
  const rows = rowsOf(comparison)
  const rates = (row: Row) => [
    row.says,
    ...cells(row.figures, ({ perSecond, failures }) => `${spreadText(perSecond)}${failed(failures)}`),
    target.verdict(target.rateTimes(row.figures), target.rateTargets[row.work]),
  ]
  const times = (row: Row) => [
    row.says,
    ...cells(row.figures, ({ p50Ms, p99Ms }) => `${figure(p50Ms.median)} / ${spreadText(p99Ms)}`),
    target.verdict(target.p99Times(row.figures), target.p99Targets[row.work]),
  ]
  const cpu = (row: Row) => [
    row.says,
    ...cells(row.figures, ({ cpuMs }) => spreadText(cpuMs)),
    target.verdict(target.cpuTimes(row.figures), target.cpuTargets[row.work]),
  ]
  const names = platformNames.map((name) => titles[name])
  return [
    conditions(comparison),
    'Operations per second, median (lowest–highest):',
    table(['work', ...names, 'Rialto to the faster peer'], rows.map(rates)),
    'Milliseconds, p50 / p99 (lowest–highest p99):',
    table(['work', ...names, "Rialto's p99 to the lower one"], rows.map(times)),
    'CPU milliseconds for each operation, of all processes with PostgreSQL and Redis:',
    table(['work', ...names, 'Rialto to the thriftier peer'], rows.map(cpu)),
    'To run it, and what came of the orders:',
    table(['', ...names, 'Rialto to the better peer'], standing(comparison)),
  ].join('\n\n')
}

function conditions({ machine, rounds, seconds, size, bare, at }: Comparison): string {
  const { cpu, cores, memoryGiB, system, node } = machine
  return (
    `${at.slice(0, 10)}; ${cores} cores (${cpu}), ${memoryGiB} GiB, ${system}, Node ${node}; embedded PostgreSQL 18, ` +
    `fsync and synchronous_commit on; ${figure(size.products)} products with 3 variants; ${rounds} ` +
    `${rounds === 1 ? 'round' : 'rounds'}, ${seconds} s for each kind of work. The load itself reaches ` +
    `${figure(bare.perSecond)} bare Fastify replies per second, p99 ${figure(bare.p99Ms)} ms.`
  )
}

function standing({ turns, installed }: Comparison): string[][] {
  const line = (says: string, told: ByPlatform<Spread>, wanted?: target.Target) => {
    const medians = byPlatform((name) => told[name]?.median)
    const reached = target.verdict(timesTheBestPeer(medians, 'lowest'), wanted)
    return [says, ...platformNames.map((name) => (told[name] ? spreadText(told[name]) : '')), reached]
  }
  const packages = (read: (of: { mebibytes: number; packages: number }) => number) =>
    byPlatform((name) => {
      const own = installed[name]
      return own && { median: read(own), lowest: read(own), highest: read(own) }
    })
  const plain = (says: string, read: (turn: Turn) => number | undefined) => {
    const told = ofTurns(turns, read)
    return [says, ...platformNames.map((name) => (told[name] ? spreadText(told[name]) : '')), '']
  }
  return [
    line(
      'cold start to the first answer, s',
      ofTurns(turns, (turn) => turn.coldStartSeconds),
      target.coldStartTarget,
    ),
    line(
      'resident memory under load, MiB',
      ofTurns(turns, (turn) => turn.memoryMiB),
      target.memoryTarget,
    ),
    line(
      'installed, MiB',
      packages(({ mebibytes }) => mebibytes),
    ),
    line(
      'packages',
      packages((own) => own.packages),
    ),
    plain('hot item: orders for 200 in stock', (turn) => turn.hotOrders),
    plain('hot item: oversold', (turn) => turn.oversold),
    plain('orders in the database but not answered, or the other way round', (turn) =>
      Math.abs(turn.ordersInDatabase - turn.ordersAnswered),
    ),
    plain('what does not hold after the load', (turn) => turn.wrong.length),
  ].filter((cells) => cells.slice(1).some(Boolean))
}

function failed(failures: number): string {
  return failures > 0 ? `, ${figure(failures)} failed` : ''
}

function cells(figures: ByPlatform<Figures>, text: (of: Figures) => string): string[] {
  return platformNames.map((name) => {
    const own = figures[name]
    return own ? text(own) : ''
  })
}

/** In columns of one width. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) =>
    Math.max(3, ...all.map((cells) => [...(cells[column] ?? '')].length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => padded(cells[column] ?? '', width)).join(' | ')} |`
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join(
    '\n',
  )
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length))
}

/** What the chart shows: how many a second, by work and platform. */
export function ratesOf(comparison: Comparison): { says: string; perSecond: ByPlatform<number> }[] {
  return rowsOf(comparison).map(({ says, figures }) => {
    return { says, perSecond: mediansOf(figures, ({ perSecond }) => perSecond) }
  })
}
