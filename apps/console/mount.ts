import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { prepareBuild } from '@rialto/kit/app-build'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { consoleApp } from './app.ts'

const prefix = '/console'
const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
}

/** Nothing but the shop's own scripts, styles and answers. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

type Files = ReadonlyMap<string, Buffer>

/**
 * Serves the console below `/console`. It is built at its first visit, so that a shop opens without waiting for it.
 * Its files are open to all: what it shows, it asks of the API as whoever has signed in.
 */
export function mountConsole(app: FastifyInstance, { outDir }: { readonly outDir: string }): void {
  let ready: Promise<Files> | undefined
  const files = () => {
    ready ??= load(outDir).catch((error) => {
      ready = undefined
      throw error
    })
    return ready
  }
  for (const url of [prefix, `${prefix}/*`]) {
    app.get(url, async (request, reply) => {
      const path = request.url.split('?')[0]?.slice(prefix.length + 1) ?? ''
      return send(reply, await files(), path)
    })
  }
}

async function load(outDir: string): Promise<Files> {
  const folder = join(await prepareBuild(consoleApp, outDir), 'client')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths.map(
    async (path) => [relative(folder, path).split(sep).join('/'), await readFile(path)] as const,
  )
  return new Map(await Promise.all(files))
}

/** Whatever is no file is an address within the console. */
function send(reply: FastifyReply, files: Files, path: string): FastifyReply {
  const file = files.get(path)
  if (!file && path.startsWith('assets/')) return reply.code(404).type('text/plain').send('Not found.')
  const name = file ? path : 'index.html'
  // Names of assets carry a hash of their content.
  const caching = name === 'index.html' ? 'no-cache' : 'public, max-age=31536000, immutable'
  return reply
    .type(types[extname(name)] ?? 'application/octet-stream')
    .header('cache-control', caching)
    .header('content-security-policy', policy)
    .send(file ?? files.get('index.html'))
}
