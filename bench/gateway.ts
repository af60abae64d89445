import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { catalog } from '@rialto/catalog/contract'
import { anyone } from '@rialto/kit/access'
import { createSign, createVerify } from '@rialto/kit/actor-token'
import { createDoor } from '@rialto/kit/door'
import { addRoutes } from '@rialto/kit/http'
import { defaultTimeoutMs } from '@rialto/kit/request'
import { silent } from '@rialto/kit/telemetry'
import autocannon from 'autocannon'
import fastify from 'fastify'
import { demoAccounts } from '../demo-accounts.ts'
import { startPlatform } from '../platform.ts'
import { machine, median, print, spread } from './report.ts'
import { makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/gateway.ts [--rounds 5 --seconds 4]: the same operations of the same services in one process, asked
// for at the services' own door and at the gateway, in turns: what is never kept (variants, read from the database
// each time), and what is (a product). All check, validate and serialize by the same code. The bare route does nothing else:
// what the gateway is slower by is its overhead. The door of a service verifies a token besides and begins a trace; the
// gateway finds out who the visitor is, counts, sheds, traces, and sets its fields.

const connections = 64
const secret = 'bench'.repeat(8)
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '4' } },
  allowPositionals: true,
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)

if (process.argv[2] === 'serve') await serve()
else await measure()

interface Doors {
  readonly bare: string
  readonly own: string
  readonly gateway: string
}

/** The other process: one shop, with a second way in. */
async function serve(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-bench-'))
  const platform = await startPlatform({
    environment: {
      ...process.env,
      ...demoAccounts,
      PORT: '0',
      RIALTO_DATA: dataDir,
      RIALTO_SECRET: secret,
      RIALTO_DEMO: 'false',
      LOG_LEVEL: 'error',
      // As in production.
      RIALTO_TRACE_SAMPLE: '0.1',
    },
    pages: false,
  })
  const door = createDoor({
    services: platform.mounted.map(({ service, dispatch }) => ({ contract: service.contract, dispatch })),
    verify: createVerify({ secret }),
    health: { state: 'ready', databases: [] },
    version: '1',
    log: silent,
  })
  const own = await door.listen({ port: 0, host: '127.0.0.1' })
  const bareApp = fastify()
  for (const { service, dispatch } of platform.mounted) {
    addRoutes(bareApp, service.contract.operations, {
      prefix: `/${service.contract.name}`,
      dispatch,
      identify: () => ({ actor: anyone, deadline: Date.now() + defaultTimeoutMs }),
    })
  }
  const bare = await bareApp.listen({ port: 0, host: '127.0.0.1' })
  process.once('disconnect', async () => {
    await bareApp.close()
    await door.close()
    await platform.stop({ atOnce: true })
    await rm(dataDir, { recursive: true, force: true })
    process.exit()
  })
  process.send?.({ bare, own, gateway: platform.url } satisfies Doors)
}

async function measure(): Promise<void> {
  const shop = fork(import.meta.filename, ['serve'])
  const [doors] = (await once(shop, 'message')) as [Doors]
  try {
    const [goods] = await makeGoods(await signInStaff(doors.gateway), 1, 1_000)
    if (!goods) throw new Error('there is nothing to show')
    const variants = `${catalog.getVariantsForSale.path}?ids=${goods.variantId}`
    const product = catalog.getProduct.path.replace(':id', goods.productId)
    print(
      `${machine}; ${connections} connections, ${rounds} alternated rounds of ${seconds} s, answers per second\n`,
    )
    print('| | bare route | own door | gateway | gateway to bare route, to own door |')
    print('| --- | --- | --- | --- | --- |')
    await compare('variants, never kept', doors, 'catalog', variants)
    await compare('product, kept by the gateway', doors, 'catalog', product)
  } finally {
    shop.disconnect()
    await once(shop, 'exit')
  }
}

async function compare(what: string, doors: Doors, service: string, path: string): Promise<void> {
  const sign = createSign({ secret, issuer: 'bench' })
  const ways = [
    () => perSecond(`${doors.bare}/${service}${path}`),
    async () => {
      const headers = { authorization: `Bearer ${await sign(anyone, service)}` }
      return perSecond(`${doors.own}/${service}${path}`, headers)
    },
    () => perSecond(`${doors.gateway}/api${path}`),
  ]
  const figures: number[][] = ways.map(() => [])
  for (const way of ways) await way()
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) figures[index]?.push(await way())
  }
  const [bare = [], own = [], gateway = []] = figures
  const ratio = (to: readonly number[]) => (median(gateway) / median(to)).toFixed(2)
  print(`| ${what} | ${spread(bare)} | ${spread(own)} | ${spread(gateway)} | ${ratio(bare)}, ${ratio(own)} |`)
}

async function perSecond(url: string, headers: Record<string, string> = {}): Promise<number> {
  const result = await autocannon({ url, connections, duration: seconds, headers })
  const failed = result.non2xx + result.errors
  if (failed > 0) throw new Error(`${failed} requests failed`)
  return result.requests.average
}
