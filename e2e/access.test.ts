import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { accessList, type Operation } from '@rialto/kit/contract'
import { tokenRefusal } from '@rialto/kit/wire'
import { contracts } from '../contracts.ts'
import { isServiceName } from '../services.ts'
import { type Caller, callersAtDoor, callersAtGateway } from './access/callers.ts'
import { tokensFor } from './access/forged.ts'
import { hidesForeign, isAboutOwned, makerOf, requestFor } from './access/things.ts'
import { type Expected, expectedOf, faultOf, formFaultOf, leakOf, seesAll } from './access/verdict.ts'
import { type Owner, openAccessWorld, owners, type World } from './access/world.ts'
import { contentOf } from './content.ts'

// Every operation of every contract, asked for by everyone who may come, about their own and about somebody else's
// things: at the gateway, and straight at the door of its service. What is expected follows from `access` alone.

const operations = contracts.flatMap(({ operations: own }) => own)
let world: World
let atGateway: readonly Caller[]

before(async () => {
  world = await openAccessWorld()
  atGateway = await callersAtGateway(world)
})
after(() => world?.close())

interface Asking {
  readonly operation: Operation
  readonly caller: Caller
  readonly owner?: Owner
  readonly expected: Expected
}

const refusals = new Set<Expected>(['unauthenticated', 'forbidden', 'held back', 'hidden', 'absent'])

for (const { name, operations: own } of contracts) {
  test(`${name} refuses at the gateway, and at its own door, whom its contract does not name`, async () => {
    const refused = own.flatMap(askings).filter(({ expected }) => refusals.has(expected))
    assert.ok(refused.length > own.length * (hasDoor(name) ? 8 : 6), `${refused.length} are asked`)
    const made = await Promise.all(refused.map(oneForAll()))
    const before = await contentOf(world.services.mounted)
    assert.deepEqual(await faultsOf(refused, async (_, index) => made[index]), [])
    assert.deepEqual(await contentOf(world.services.mounted), before)
  })
}

for (const { name, operations: own } of contracts) {
  test(`${name} admits whom its contract names, and shows them no more than is theirs`, async () => {
    const admitted = own.flatMap(askings).filter(({ expected }) => !refusals.has(expected))
    assert.ok(admitted.length >= own.length, `${admitted.length} are asked`)
    // Whoever is admitted may have changed or removed the one before.
    assert.deepEqual(await faultsOf(admitted, ({ operation, owner }) => makeFor(operation, owner)), [])
  })
}

for (const { name, operations: own } of contracts.filter((contract) => hasDoor(contract.name))) {
  test(`${name} opens its own door to no token that its fleet did not make for it just now`, async () => {
    const [operation] = own as readonly [Operation, ...Operation[]]
    const opened = []
    for (const [kind, token] of Object.entries(tokensFor(name, world.secret, Date.now()))) {
      const { statusCode, headers } = await world.services.app.inject({
        url: `/${name}${operation.path}`,
        method: operation.method,
        headers: { authorization: `Bearer ${token}` },
      })
      if (statusCode !== 401 || headers['www-authenticate'] !== tokenRefusal) opened.push(kind)
    }
    assert.deepEqual(opened, ['true'])
  })
}

test('a request is not echoed by TRACE', async () => {
  for (const { url } of [world.gateway, world.services]) {
    const { port } = new URL(url)
    const asked = request({
      port,
      host: '127.0.0.1',
      method: 'TRACE',
      path: '/api/shop',
      headers: { 'x-mark': 'echo' },
    })
    const [reply] = (await once(asked.end(), 'response')) as [IncomingMessage]
    assert.ok((reply.statusCode ?? 0) >= 400)
    assert.doesNotMatch(await text(reply), /echo/)
  }
})

test('it is noticed when an operation of a new kind cannot be asked for', () => {
  const [known] = operations.filter(({ name }) => name === 'updateAddress') as [Operation]
  assert.equal(makerOf(known, operations)?.name, 'addAddress')
  const listed = operations.filter(({ name }) => name !== 'addAddress')
  assert.equal(makerOf(known, listed)?.name, 'listAddresses')
  const odd = { ...known, path: '/me/secrets/:id' } as Operation
  assert.throws(() => makerOf(odd, operations), /secrets/)
})

test('it is noticed when a promise is not kept', () => {
  const refusal = (status: number, code: string) => ({ status, body: JSON.stringify({ code }) })
  const done = { status: 200, body: '{}' }
  const [unauthenticated, forbidden] = [refusal(401, 'unauthenticated'), refusal(403, 'forbidden')]
  const missing = refusal(404, 'not-found')
  const wrong = [
    ['unauthenticated', [done, missing, forbidden, refusal(400, 'invalid-input')]],
    ['forbidden', [done, missing, unauthenticated]],
    ['held back', [done, missing, forbidden]],
    ['hidden', [done, forbidden, refusal(409, 'conflict')]],
    ['absent', [done, unauthenticated]],
    ['own', [missing, forbidden, unauthenticated, refusal(400, 'invalid-input')]],
    [
      'admitted',
      [forbidden, refusal(403, 'second-factor-missing'), unauthenticated, refusal(500, 'internal')],
    ],
  ] as const
  for (const [expected, answers] of wrong)
    for (const answer of answers) assert.ok(faultOf(expected, answer), `${expected} ${answer.status}`)
  const [read] = operations.filter(({ name }) => name === 'getOrder') as [Operation]
  const headers = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'x', 'cache-control': 'no-store' }
  assert.equal(
    formFaultOf(read, { ...done, headers: { ...headers, 'content-type': 'application/problem+json' } }),
    undefined,
  )
  const odd = [
    {},
    { 'content-type': 'text/html' },
    { 'cache-control': 'public' },
    { 'access-control-allow-origin': '*' },
  ]
  for (const more of odd)
    assert.ok(formFaultOf(read, { ...done, headers: { ...headers, ...more } }), JSON.stringify(more))
  const marks = { guest: 'gina', customer: 'cleo' }
  assert.ok(leakOf({ status: 200, body: '{"email":"cleo"}' }, 'guest', marks))
  assert.equal(leakOf({ status: 200, body: '{"email":"gina"}' }, 'guest', marks), undefined)
})

type Make = (asking: Asking, index: number) => Promise<string | undefined>

/** Asks for all of it, one after the other, and tells what is wrong. */
async function faultsOf(askings: readonly Asking[], make: Make): Promise<string[]> {
  const faults: string[] = []
  for (const [index, asking] of askings.entries()) {
    const { operation, caller, owner } = asking
    const fault = await ask(asking, await make(asking, index))
    const about = owner ? ` about a thing of the ${owner}` : ''
    if (fault) faults.push(`${operation.name} for ${caller.name}${about}: ${fault}`)
  }
  return faults
}

/** Everyone who may ask for it, at both doors. */
function askings(operation: Operation): Asking[] {
  return [
    ...(hasDoor(operation.service)
      ? askingsOf(operation, callersAtDoor(operation, world), expectedAtDoor)
      : []),
    ...askingsOf(operation, atGateway, expectedAtGateway),
  ]
}

/** What the gateway answers itself has no door. */
function hasDoor(service: string): boolean {
  return isServiceName(service)
}

type Expect = (operation: Operation, caller: Caller, owner?: Owner) => Expected

function askingsOf(operation: Operation, callers: readonly Caller[], expect: Expect): Asking[] {
  const about = isAboutOwned(operation) ? owners.filter((owner) => canOwn(operation, owner)) : [undefined]
  return about.flatMap((owner) =>
    callers.map((caller) => {
      const whose = hidesForeign(operation) ? owner : undefined
      return { operation, caller, owner, expected: expect(operation, caller, whose) }
    }),
  )
}

/** A guest has none of the things that are made by customers only. */
function canOwn(operation: Operation, owner: Owner): boolean {
  const maker = makerOf(operation, operations)
  return owner === 'customer' || !maker || !accessList(maker).includes('customer')
}

function expectedAtDoor(operation: Operation, { standing }: Caller, owner?: Owner): Expected {
  return standing === 'stranger' ? 'unauthenticated' : expectedOf(operation, standing, owner)
}

function expectedAtGateway(operation: Operation, caller: Caller, owner?: Owner): Expected {
  const isInside = operation.internal || accessList(operation).every((access) => access === 'service')
  return isInside ? 'absent' : expectedAtDoor(operation, caller, owner)
}

async function ask({ operation, caller, owner, expected }: Asking, made?: string) {
  const asked = requestFor(operation, world.things[owner ?? 'customer'], made)
  const answer = await caller.send(operation, asked)
  const form = caller.atGateway ? formFaultOf(operation, answer) : undefined
  const fault = faultOf(expected, answer) ?? form
  if (fault !== undefined || caller.standing === 'stranger') return fault
  if (seesAll(operation, caller.standing)) return undefined
  return leakOf(answer, caller.standing.owner, world.marks)
}

/** Makes one thing for each owner and operation. */
function oneForAll() {
  const made = new Map<string, Promise<string | undefined>>()
  return ({ operation, owner }: Asking) => {
    const key = `${operation.service}.${operation.name} ${owner}`
    const known = made.get(key) ?? makeFor(operation, owner)
    made.set(key, known)
    return known
  }
}

interface Made {
  readonly id?: string
  /** Of a session: the one that asks would be ended under those who come later. */
  readonly isCurrent?: boolean
}

/** A thing that only its owner can make, for an operation that is about such a thing. */
async function makeFor(operation: Operation, owner: Owner | undefined): Promise<string | undefined> {
  const maker = owner && makerOf(operation, operations)
  if (!maker) return undefined
  const caller = atGateway.find(({ standing }) => standing !== 'stranger' && standing.owner === owner)
  if (maker.method === 'GET') await world.giveOneMore(maker.name)
  const answer = await caller?.send(maker, requestFor(maker, world.things[owner]))
  const { id, items = [] } = JSON.parse(answer?.body ?? '{}') as Made & { items?: Made[] }
  const listed = items.find(({ isCurrent }) => !isCurrent)?.id
  if (id === undefined && listed !== undefined) return listed
  if (id === undefined) throw new Error(`${maker.name} made nothing for ${operation.name}: ${answer?.body}`)
  return id
}
