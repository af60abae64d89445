import { readdirSync, readFileSync } from 'node:fs'

/** CPU seconds that a process and all it has started have used so far, with those that have ended. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const stats = new Map<number, { parent: number; ticks: number }>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat) stats.set(Number(name), stat)
  }
  const within = (one: number): boolean => {
    for (let at = one; at > 1; at = stats.get(at)?.parent ?? 0) if (at === pid) return true
    return false
  }
  const ticks = [...stats].filter(([one]) => within(one)).map(([, stat]) => stat.ticks)
  return ticks.reduce((sum, one) => sum + one, 0) / 100
}

function statOf(pid: number): { parent: number; ticks: number } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { parent: Number(fields[1]), ticks }
  } catch (error) {
    // It has ended meanwhile.
    if (
      (error as NodeJS.ErrnoException).code === 'ENOENT' ||
      (error as NodeJS.ErrnoException).code === 'ESRCH'
    )
      return undefined
    throw error
  }
}
