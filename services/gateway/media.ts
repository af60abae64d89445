import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { notFound } from '@rialto/kit/problem'
import type { FastifyInstance } from 'fastify'

const yearSeconds = 31_536_000

/** Serves the pictures of the demo catalog, which come with an npm package and so are there offline. */
export async function addDemoMedia(app: FastifyInstance): Promise<void> {
  const directory = join(
    dirname(createRequire(import.meta.url).resolve('@lobehub/fluent-emoji-3d/package.json')),
    'assets',
  )
  // Names are looked up in this list, so that no path can lead elsewhere.
  const pictures = new Set(await readdir(directory))
  app.get<{ Params: { file: string } }>('/media/emoji/:file', (request, reply) => {
    const { file } = request.params
    if (!pictures.has(file)) throw notFound('There is no such picture.')
    reply.header('cache-control', `public, max-age=${yearSeconds}, immutable`).type('image/webp')
    return reply.send(createReadStream(join(directory, file)))
  })
}
