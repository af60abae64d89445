import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { processNames } from '../touched.ts'
import { type Ask, fared, prometheusAt } from './ask-prometheus.ts'
import { type Promised, type Verdict, verdictOn } from './verdict.ts'

const usage = `Watches a canary, and says whether it is kept: exit code 0, or goes back: 1.

  node deploy/release/judge.ts --service orders --prometheus http://prometheus:9090

  --minutes          for which it is watched, 10 by default
  --least-requests   it has to have had by then, 100 by default
  --failed           part of its requests that may fail, 0.001 by default
  --p99-seconds      for one request in a hundred, 1 by default
`

export interface Watching {
  readonly ask: Ask
  readonly service: string
  readonly minutes: number
  readonly promised: Promised
  readonly tell: (line: string) => void
  /** Waits until the next look. */
  readonly pause: () => Promise<unknown>
}

/** Between two looks. */
const everySeconds = 30
const windowMinutes = 5
/** Looks in a row that Prometheus may leave unanswered. */
const unansweredLimit = 4

/** Looks again and again. What is bad goes back at once; what is good has to be so to the end. */
export async function judge({ ask, service, minutes, promised, tell, pause }: Watching): Promise<Verdict> {
  const looks = Math.max(1, Math.ceil((minutes * 60) / everySeconds))
  let last: Verdict = { says: 'wait', because: 'nobody has looked yet' }
  let unanswered = 0
  for (let look = 1; look <= looks; look++) {
    await pause()
    try {
      const [canary, others] = await Promise.all([
        fared(ask, service, 'canary', windowMinutes),
        fared(ask, service, 'stable', windowMinutes),
      ])
      last = verdictOn(canary, others, promised)
      unanswered = 0
    } catch (error) {
      if (++unanswered === unansweredLimit) return { says: 'back', because: `nobody can see it: ${error}` }
      last = { says: 'wait', because: String(error) }
    }
    tell(`${service} ${look}/${looks}: ${last.says}, as ${last.because}`)
    if (last.says === 'back') return last
  }
  return last.says === 'keep' ? last : { says: 'back', because: last.because }
}

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      service: { type: 'string', default: '' },
      prometheus: { type: 'string', default: '' },
      minutes: { type: 'string', default: '10' },
      'least-requests': { type: 'string', default: '100' },
      failed: { type: 'string', default: '0.001' },
      'p99-seconds': { type: 'string', default: '1' },
    },
  })
  const { service, prometheus, minutes, failed, 'least-requests': least, 'p99-seconds': p99 } = values
  const numbers = [minutes, failed, least, p99].map(Number)
  if (!processNames.includes(service) || !URL.canParse(prometheus) || !numbers.every((each) => each >= 0)) {
    process.stderr.write(usage)
    return 2
  }
  const verdict = await judge({
    ask: prometheusAt(prometheus),
    service,
    minutes: Number(minutes),
    promised: { failed: Number(failed), p99Seconds: Number(p99), leastRequests: Number(least) },
    tell: (line) => process.stdout.write(`${line}\n`),
    pause: () => pause(everySeconds * 1_000),
  })
  process.stdout.write(`${verdict.says === 'keep' ? 'Keep it' : 'Take it back'}: ${verdict.because}\n`)
  return verdict.says === 'keep' ? 0 : 1
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2))
