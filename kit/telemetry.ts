import { type Logger as Pino, pino } from 'pino'

export type Logger = Pick<Pino, 'debug' | 'info' | 'warn' | 'error' | 'child'>

/** JSON lines on standard error. Fields that may hold secrets or personal data are censored wherever they stand. */
export function createLogger(level = 'info'): Logger {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, redact },
    pino.destination(2),
  )
}

export const silent: Logger = pino({ level: 'silent' })

const secrets = [
  'password',
  'token',
  'authorization',
  'cookie',
  'number',
  'cvc',
  'email',
  'address',
  'phone',
  'name',
]
const redact = {
  paths: secrets.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
  censor: '[redacted]',
}
