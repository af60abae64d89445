import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import Fastify from 'fastify'
import { answerProblems, jsonBodyLimit } from './http.ts'
import { silent } from './telemetry.ts'

test('who sends too much hears so, and does not find the connection broken', async (t) => {
  const app = Fastify({ bodyLimit: jsonBodyLimit })
  answerProblems(app, silent)
  app.post('/', async () => null)
  await app.listen({ port: 0, host: 'localhost' })
  t.after(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, 'localhost')
  const body = Buffer.alloc(8 * jsonBodyLimit, ' ')
  socket.write(
    `POST / HTTP/1.1\r\nhost: shop\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
  )
  // Listens only when all is said, as simple clients do.
  if (!socket.write(body)) await once(socket, 'drain')
  const answer = await text(socket)
  assert.match(answer, /^HTTP\/1\.1 413 /)
  assert.match(answer, /"code":"body-too-large"/)
})
