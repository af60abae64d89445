import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Database } from './database.ts'

/** Whether a process lives, and whether it wants work. The two differ while it starts and while it ends. */
export interface Health {
  state: 'starting' | 'ready' | 'draining'
  readonly databases: readonly Database[]
}

export type Readiness = Health['state'] | 'database-away'

const databaseTimeoutMs = 1_000

/**
 * `/health/live` answers as long as the process runs; `/health/ready` only while it takes work, so that whoever
 * shares out requests leaves it alone at other times. Connections end with the answer once it drains.
 */
export function addHealth(app: FastifyInstance, health: Health): void {
  app.get('/health/live', (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'live' }))
  app.get('/health/ready', async (_, reply) => {
    const status = await readiness(health)
    return reply
      .code(status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status })
  })
  const letGo = (reply: FastifyReply) => {
    if (health.state === 'draining') reply.header('connection', 'close')
  }
  // Pages are sent past `onSend`; what was begun before is caught there.
  app.addHook('onRequest', (_, reply, done) => {
    letGo(reply)
    done()
  })
  app.addHook('onSend', (_, reply, _payload, done) => {
    letGo(reply)
    done()
  })
}

/** In one word, how it is just now. */
export async function readiness({ state, databases }: Health): Promise<Readiness> {
  if (state !== 'ready') return state
  const answers = await Promise.all(databases.map(doesAnswer))
  return answers.every(Boolean) ? 'ready' : 'database-away'
}

async function doesAnswer(database: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), databaseTimeoutMs)
  })
  const answer = database.row`select 1`.then(
    () => true,
    () => false,
  )
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}
