import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createSign, createVerify } from '@rialto/kit/actor-token'
import { type Call, createCall } from '@rialto/kit/client'
import { contract, describe } from '@rialto/kit/contract'
import { createDiscovery } from '@rialto/kit/discovery'
import type { Dispatch } from '@rialto/kit/dispatch'
import { createDoor } from '@rialto/kit/door'
import { Type } from '@rialto/kit/schema'
import { silent } from '@rialto/kit/telemetry'
import { machine, median, print, spread } from './report.ts'

// node launch.mjs bench/calls.ts: what a call costs in the same process, and to another one over HTTP.

const secret = 'bench'.repeat(8)
const things = contract(
  'things',
  { version: 1, summary: 'For measuring' },
  {
    read: {
      method: 'GET',
      path: '/things',
      access: 'anyone',
      summary: 'Read twenty things',
      query: Type.Object({ limit: Type.Integer() }),
      reply: {
        200: Type.Object({
          items: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), price: Type.Integer() })),
        }),
      },
    },
  },
)
const items = Array.from({ length: 20 }, (_, index) => ({
  id: `prod_${String(index).padStart(26, '0')}`,
  name: `A thing that is the ${index}th of all`,
  price: index,
}))
const dispatch: Dispatch = async (_, { limit }) => ({ items: items.slice(0, Number(limit)) })

const rounds = 5
const sequential = 3_000
const parallelSeconds = 2
const atOnce = 64

if (process.argv[2] === 'door') await serve()
else await measure()

/** The other process. */
async function serve(): Promise<void> {
  const door = createDoor({
    services: [{ contract: describe(things), dispatch }],
    verify: createVerify({ secret }),
    health: { state: 'ready', databases: [] },
    version: '1',
    log: silent,
  })
  process.send?.(await door.listen({ port: 0, host: '127.0.0.1' }))
}

async function measure(): Promise<void> {
  const other = fork(import.meta.filename, ['door'])
  const [url] = (await once(other, 'message')) as [string]
  const sign = createSign({ secret, issuer: 'bench' })
  const inside = { find: () => dispatch }
  const urls = [url]
  const outside = createDiscovery({ inside: () => undefined, locate: [() => urls], sign })
  print(`${machine}, both processes on it`)
  print(`median of ${rounds} alternated rounds (lowest–highest)\n`)
  print('| 20 things are read | in the process | over HTTP | ratio |')
  const calls = [callOf(inside.find), callOf(outside.find)] as const
  await alternate('one after the other, µs each', calls, latency)
  await alternate(`${atOnce} at a time, per second`, calls, throughput)
  await signatures()
  await outside.close()
  other.kill()
}

function callOf(find: Parameters<typeof createCall>[0]): Call {
  const actor = { kind: 'guest', id: 'guest_01h455vb4pex5vsknk084sn02q' } as const
  return (operation, input) =>
    createCall(find, 'bench', { actor, requestId: 'req_1', deadline: Date.now() + 15_000 })(operation, input)
}

async function alternate(
  what: string,
  [inside, outside]: readonly [Call, Call],
  work: (call: Call) => Promise<number>,
): Promise<void> {
  const figures: [number[], number[]] = [[], []]
  await Promise.all([work(inside), work(outside)])
  for (let round = 0; round < rounds; round++) {
    figures[0].push(await work(inside))
    figures[1].push(await work(outside))
  }
  const ratio = median(figures[1]) / median(figures[0])
  print(`| ${what} | ${spread(figures[0])} | ${spread(figures[1])} | ${ratio.toFixed(ratio < 1 ? 3 : 1)} |`)
}

async function latency(call: Call): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < sequential; count++) {
    const began = performance.now()
    await call(things.read, { limit: 20 })
    times.push(performance.now() - began)
  }
  return median(times) * 1_000
}

async function throughput(call: Call): Promise<number> {
  const until = performance.now() + parallelSeconds * 1_000
  let done = 0
  const ask = async () => {
    for (; performance.now() < until; done++) await call(things.read, { limit: 20 })
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
  return done / parallelSeconds
}

/** A token for an actor who was not there before, and one that is known. */
async function signatures(): Promise<void> {
  const sign = createSign({ secret, issuer: 'bench' })
  const verify = createVerify({ secret })
  const times = { fresh: [] as number[], known: [] as number[] }
  for (let count = 0; count < sequential; count++) {
    const actor = { kind: 'guest', id: `guest_${count}` } as const
    for (const kind of ['fresh', 'known'] as const) {
      const began = performance.now()
      await verify(await sign(actor, 'things'), 'things')
      times[kind].push((performance.now() - began) * 1_000)
    }
  }
  print('\n| sign and verify | median µs |')
  print(`| a new actor | ${median(times.fresh).toFixed(1)} |`)
  print(`| one seen in the last 30 s | ${median(times.known).toFixed(1)} |`)
}
