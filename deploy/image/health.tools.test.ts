import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

// What Docker is told of a container by the sign of life of the image.

const program = join(import.meta.dirname, 'health.mjs')
let server: Server
let port: number
let answer: readonly [status: number, text: string]

before(async () => {
  server = createServer(({ url }, response) => {
    response.writeHead(url === '/health/ready' ? answer[0] : 404).end(answer[1])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})
after(() => server.close())

function look(at: number): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program], { env: { PORT: String(at) } }, (error, said) =>
      resolve({ code: Number(error?.code ?? 0), said }),
    )
  })
}

test('a process that takes work is healthy; one that does not says why, and one that is gone is noticed', async () => {
  answer = [200, '{"status":"ready"}']
  assert.deepEqual(await look(port), { code: 0, said: '{"status":"ready"}' })
  answer = [503, '{"status":"database-away"}']
  assert.deepEqual(await look(port), { code: 1, said: '{"status":"database-away"}' })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  const gone = await look(port)
  assert.equal(gone.code, 1)
  assert.match(gone.said, /ECONNREFUSED/)
})
