import { table } from '../growth/table.ts'
import type { Measured } from './operation.ts'

const modulesShown = 6

/** How far each operation is from the limit, and where its time goes. */
export function limitTable(measured: Readonly<Record<string, Measured>>, bareMs: number): string {
  const distance = Object.entries(measured).map(([name, { ms, rawMs, statements, bytes }]) => {
    const least = bareMs + rawMs
    const figures = [ms, rawMs, least].map((figure) => figure.toFixed(2))
    return [name, ...figures, `${(ms / least).toFixed(1)} ×`, String(statements), String(bytes)]
  })
  const head = [
    'work',
    'ms',
    'its statements raw, ms',
    'the least, ms',
    'from it',
    'statements',
    'bytes of the answer',
  ]
  const where = Object.entries(measured).map(([name, { modules }]) => {
    const shares = modules
      .slice(0, modulesShown)
      .map(([module, share]) => `${module} ${Math.round(share * 100)} %`)
    return [name, shares.join(', ')]
  })
  return [
    `A bare reply of Fastify takes ${bareMs.toFixed(3)} ms. The least is that and the statements sent raw, one after the other.`,
    table([head, ...distance]),
    'Where the process’s own time goes, idle left out:',
    table([['work', 'by module'], ...where]),
  ].join('\n\n')
}
