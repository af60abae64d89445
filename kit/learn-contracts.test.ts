import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type ContractInfo, contract, describe, type OperationSpec } from './contract.ts'
import { contractHash } from './contract-hash.ts'
import type { Known } from './known-contracts.ts'
import { learnContracts } from './learn-contracts.ts'
import type { Instance } from './roll.ts'
import { Type } from './schema.ts'
import type { Logger } from './telemetry.ts'

const read = {
  method: 'GET',
  path: '/things/:id',
  access: 'anyone',
  summary: 'Read',
  reply: { 200: Type.Object({ id: Type.String() }) },
} as const

function version(name: string, ...names: string[]): ContractInfo {
  const specs = names.map((each): [string, OperationSpec] => [
    each,
    { ...read, path: `/${name}/:id/${each.toLowerCase()}` },
  ])
  return describe(contract(name, { version: 1, summary: 'For tests' }, Object.fromEntries(specs)))
}

const builtIn = version('things', 'readThing')
const points = version('loyalty', 'readPoints')
const morePoints = version('loyalty', 'readPoints', 'readLevel')
const noPoints = version('loyalty', 'readLevel')

let instances: Instance[]
let sent: Map<string, unknown>
let asked: string[]
let avoided: string[]
let said: { text: string; reason?: string }[]
let time: number
let fits: (known: Known) => void
let served: Known | undefined

const log = {
  info: () => {},
  warn: ({ reason }: { reason?: string }, text: string) => said.push({ text, reason }),
} as unknown as Logger

beforeEach(() => {
  instances = []
  sent = new Map([builtIn, points, morePoints, noPoints].map((each) => [contractHash(each), wired(each)]))
  asked = []
  avoided = []
  said = []
  time = 0
  fits = () => {}
  served = undefined
})

const wired = (value: unknown) => JSON.parse(JSON.stringify(value))

function offer(id: string, contract: ContractInfo, hash = contractHash(contract)): Instance {
  return { id, url: `http://${id}`, version: '1', services: { [contract.name]: hash } }
}

function learn() {
  const learned = learnContracts({
    builtIn: [builtIn],
    live: () => instances,
    fetch: async (url, hash) => {
      asked.push(url)
      const contract = sent.get(hash)
      if (!contract) throw new Error('it answered 503')
      return contract
    },
    avoid: (hash) => void avoided.push(hash),
    log,
    now: () => time,
  })
  learned.serve(async (known) => {
    fits(known)
    return () => {
      served = known
    }
  })
  const names = async () => {
    await learned.look()
    const operations = learned.known.learned.flatMap((each) => each.operations)
    return operations.map(({ name }) => name).filter((name) => name.startsWith('read'))
  }
  return { learned, names }
}

test('who has what was built in is asked for nothing', async () => {
  instances = [offer('one', builtIn)]
  assert.deepEqual(await learn().names(), [])
  assert.deepEqual([asked, served], [[], undefined])
})

test('what a new process has is served at the next look, and asked for once', async () => {
  const { names } = learn()
  assert.deepEqual(await names(), [])
  instances = [offer('one', points), offer('two', points)]
  assert.deepEqual(await names(), ['readPoints'])
  await names()
  assert.equal(asked.length, 1)
  assert.deepEqual(
    served?.contracts.map(({ name }) => name),
    ['things', 'loyalty'],
  )
})

test('both versions are served while both live, and the one that is left after that', async () => {
  const { names } = learn()
  instances = [offer('one', points), offer('two', morePoints)]
  assert.deepEqual(await names(), ['readPoints', 'readLevel'])
  instances = [offer('one', points)]
  assert.deepEqual(await names(), ['readPoints'])
})

test('a service that is gone is missed for an hour, and then forgotten', async () => {
  const { names } = learn()
  instances = [offer('one', points)]
  await names()
  instances = []
  time += 3_600_000
  assert.deepEqual(await names(), ['readPoints'])
  time += 1
  assert.deepEqual(await names(), [])
})

test('an operation goes when its service is back at the version that was built in', async () => {
  sent.set(
    contractHash(version('things', 'readThing', 'readNewest')),
    wired(version('things', 'readThing', 'readNewest')),
  )
  const { names } = learn()
  instances = [offer('one', version('things', 'readThing', 'readNewest'))]
  assert.deepEqual(await names(), ['readNewest'])
  instances = [offer('two', builtIn)]
  assert.deepEqual(await names(), [])
})

test('a contract that breaks the last good one is refused with one line, and its process avoided', async () => {
  const { names } = learn()
  instances = [offer('one', points)]
  await names()
  instances = [offer('one', points), offer('two', noPoints)]
  for (let count = 0; count < 3; count++) assert.deepEqual(await names(), ['readPoints'])
  // Though nobody offers the good one any more, it stays.
  instances = [offer('two', noPoints)]
  assert.deepEqual(await names(), ['readPoints'])
  assert.equal(said.length, 1)
  assert.match(said[0]?.reason ?? '', /loyalty: readPoints is gone/)
  assert.deepEqual(avoided, [contractHash(noPoints)])
})

test('what is no contract, or of another service than was announced, is refused', async () => {
  const { names } = learn()
  sent.set('nonsense', { name: 'loyalty', version: 'x' })
  instances = [offer('one', points, 'nonsense')]
  assert.deepEqual(await names(), [])
  sent.set('other', wired(points))
  instances = [{ ...offer('one', points), services: { payments: 'other' } }]
  assert.deepEqual(await names(), [])
  assert.deepEqual(avoided, ['nonsense', 'other'])
  assert.match(said[1]?.reason ?? '', /it is of loyalty/)
})

test('what cannot be served beside the rest is refused, and the rest stays', async () => {
  const { names } = learn()
  instances = [offer('one', points)]
  await names()
  const before = served
  fits = () => {
    throw new Error('Two schemas are named Points.')
  }
  instances.push(offer('two', morePoints))
  assert.deepEqual(await names(), ['readPoints'])
  assert.equal(served, before)
  assert.equal(said.at(-1)?.reason, 'Two schemas are named Points.')
})

test('a process that does not tell its contract is asked again after a while, and told of once', async () => {
  const { names } = learn()
  const contract = sent.get(contractHash(points))
  sent.delete(contractHash(points))
  instances = [offer('one', points)]
  for (let count = 0; count < 5; count++) {
    assert.deepEqual(await names(), [])
    time += 1_000
  }
  assert.equal(asked.length, 3)
  assert.equal(said.length, 1)
  sent.set(contractHash(points), contract)
  time += 1_000
  assert.deepEqual(await names(), ['readPoints'])
})
