import { cpus, totalmem } from 'node:os'

/** What every measurement is printed with. */
export const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${Math.round(totalmem() / 2 ** 30)} GiB`

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor((figures.length - 1) / 2)] ?? 0
}

/** Median, lowest and highest. */
export function spread(figures: readonly number[]): string {
  return `${round(median(figures))} (${round(Math.min(...figures))}–${round(Math.max(...figures))})`
}

export function round(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toFixed(2)
}
