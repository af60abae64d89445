import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

/** Made small already. */
const packed = new Set(['image/webp', 'font/woff2'])

interface Asset {
  readonly headers: Record<string, string>
  readonly body: Buffer
  readonly gzipped: Buffer | undefined
}

/**
 * Serves the built files from memory; answers whether the request was for one of them. They are few and small,
 * and as addresses are looked up in the list of them, no path can lead elsewhere.
 */
export async function serveAssets(
  directory: string,
): Promise<(request: IncomingMessage, response: ServerResponse) => boolean> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const assets = new Map<string, Asset>()
  for (const file of files) {
    const path = `/${relative(directory, file).split(sep).join('/')}`
    assets.set(path, toAsset(path, await readFile(file)))
  }
  return (request, response) => {
    const asset = assets.get(request.url?.split('?')[0] ?? '')
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!asset || !isRead) return false
    send(asset, request, response)
    return true
  }
}

function toAsset(path: string, body: Buffer): Asset {
  const type = types[extname(path)] ?? 'application/octet-stream'
  // Names under /_astro/ carry a hash of the content.
  const caching = path.startsWith('/_astro/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600'
  const headers = { 'content-type': type, 'cache-control': caching, vary: 'accept-encoding' }
  const gzipped = packed.has(type) ? undefined : gzipSync(body, { level: 9 })
  return { headers, body, gzipped: gzipped && gzipped.length < body.length ? gzipped : undefined }
}

function send({ headers, body, gzipped }: Asset, request: IncomingMessage, response: ServerResponse): void {
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const chosen = takesGzip && gzipped ? gzipped : body
  response.writeHead(200, {
    ...headers,
    'content-length': chosen.length,
    ...(chosen === gzipped && { 'content-encoding': 'gzip' }),
  })
  response.end(request.method === 'HEAD' ? undefined : chosen)
}
