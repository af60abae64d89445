import { type Logger as Pino, pino } from 'pino'
import { censored } from './censor.ts'
import { followLevel, type LogLevelName, startLevel } from './log-level.ts'
import { counter } from './metrics.ts'
import { keepLine } from './recent.ts'
import { presentSpan } from './trace.ts'

export type Logger = Pick<Pino, 'debug' | 'info' | 'warn' | 'error' | 'child' | 'isLevelEnabled'>

/**
 * JSON lines on standard error, with the trace in which they were said; the last ones are kept for operators. Fields
 * that may hold secrets or personal data are censored wherever they stand.
 */
export function createLogger(level: LogLevelName = 'info'): Logger {
  // What is left to write at its end would keep a process from ending for ever, once nobody reads it.
  const errors = pino.destination({ dest: 2, sync: true })
  const write = (line: string) => {
    errors.write(line)
    keepLine(line)
    // It begins with `{"level":30`.
    linesOf(nameOfLevel[line.slice(9, 11)] ?? 'error').add()
  }
  const timestamp = pino.stdTimeFunctions.isoTime
  const log = pino(
    {
      level,
      base: undefined,
      timestamp,
      formatters: { log: censored },
      mixin: traceOf,
      onChild: followLevel,
    },
    { write },
  )
  followLevel(log)
  startLevel(level)
  return log
}

function traceOf(): { traceId?: string } {
  const span = presentSpan()
  return span ? { traceId: span.traceId } : {}
}

const linesOf = counter('rialto_log_lines_total', 'Lines of the log', ['level'])
const nameOfLevel: Readonly<Record<string, string>> = { 20: 'debug', 30: 'info', 40: 'warn', 50: 'error' }

export const silent: Logger = pino({ level: 'silent' })
