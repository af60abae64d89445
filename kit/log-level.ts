import type { FastifyInstance } from 'fastify'
import { oneOf, Type } from './schema.ts'
import { checker } from './validation.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevelName = (typeof logLevels)[number]

/** Something with a level, such as a logger and each of its children. */
interface Levelled {
  level: string
}

const loggers = new Set<Levelled>()
let initial: LogLevelName = 'warn'
let present: LogLevelName = initial

/** From now on its level follows that of the process. Loggers are few, and live as long as it does. */
export function followLevel(logger: Levelled): void {
  loggers.add(logger)
}

export function startLevel(level: LogLevelName): void {
  initial = level
  setLogLevel(level)
}

export function logLevel(): LogLevelName {
  return present
}

/** What the log of this process tells from now on. */
export function setLogLevel(level: LogLevelName): void {
  present = level
  for (const logger of loggers) logger.level = level
}

/** To everything and back to what was set: for a signal. */
export function toggleDebug(): LogLevelName {
  setLogLevel(present === 'debug' && initial !== 'debug' ? initial : 'debug')
  return present
}

const check = checker(Type.Object({ level: oneOf(logLevels) }))

/** Lets the level be asked for and changed. Who may is decided by the hooks of the app. */
export function addLogLevel(app: FastifyInstance): void {
  app.get('/recent/log-level', async () => ({ level: present }))
  app.put('/recent/log-level', async (request) => {
    check(request.body)
    setLogLevel((request.body as { level: LogLevelName }).level)
    return { level: present }
  })
}
