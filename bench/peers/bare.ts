import Fastify from 'fastify'
import type { Load } from './load-process.ts'
import type { Sample } from './sample.ts'

/** The smallest reply that the same server can give, asked by the same load: where the load itself is the limit. */
export async function measureBare(load: Load, seconds: number): Promise<Sample> {
  const app = Fastify()
  app.get('/', async () => ({ hello: 'world' }))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  try {
    const learned = { variants: [], handles: [], historyOrders: 0, more: {} }
    await load.obey({ kind: 'open', platform: 'bare', url, learned })
    const plan = { work: 'list', shoppers: 32, seconds }
    await load.obey({ kind: 'warm', ...plan })
    const sample = await load.obey({ kind: 'run', ...plan })
    if (!sample) throw new Error('there is no answer')
    return sample
  } finally {
    await app.close()
  }
}
