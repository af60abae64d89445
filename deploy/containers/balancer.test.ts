import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { openBalancer } from './balancer.ts'

async function openGateway(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function openBefore(t: TestContext, address: string) {
  const balancer = await openBalancer(address)
  t.after(() => balancer.close())
  return balancer
}

test('requests go to the gateway that takes work, from the next one on', async (t) => {
  const [old, next] = await Promise.all(
    ['old', 'next'].map((name) => openGateway(t, (_, reply) => reply.end(name))),
  )
  const balancer = await openBefore(t, old ?? '')
  const ask = async () => (await fetch(balancer.url)).text()
  assert.equal(await ask(), 'old')
  balancer.turnTo(next ?? '')
  assert.equal(await ask(), 'next')
})

test('a reply that breaks off is not taken for a whole one', async (t) => {
  const address = await openGateway(t, (_, reply) => {
    reply.write('half of')
    reply.flushHeaders()
    setImmediate(() => reply.destroy())
  })
  const balancer = await openBefore(t, address)
  await assert.rejects(async () => (await fetch(balancer.url)).text())
})

test('a gateway that is gone is told of as 502', async (t) => {
  const balancer = await openBefore(t, '127.0.0.1:1')
  const reply = await fetch(balancer.url)
  assert.equal(reply.status, 502)
  assert.match(await reply.text(), /did not answer/)
})
