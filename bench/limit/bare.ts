import fastify from 'fastify'

/** A reply of Fastify with a small object and nothing behind it, asked for as the operations are: without a socket. */
export async function bareReplyMs(times = 5_000): Promise<number> {
  const app = fastify()
  app.get('/', async () => ({ hello: 'world' }))
  for (let turn = 0; turn < times / 5; turn++) await app.inject('/')
  const began = performance.now()
  for (let turn = 0; turn < times; turn++) await app.inject('/')
  const ms = (performance.now() - began) / times
  await app.close()
  return ms
}
