import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { conflict, forbidden, invalidInput, is, notFound, unauthenticated } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity } from '../contract.ts'
import { anyone, customer, freshEmail, openIdentity, password, registered } from '../testing.ts'
import { keyLimit } from './manage-keys.ts'

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

type Permission = 'orders' | 'catalog' | 'staff' | '*'
const chief: Actor = { kind: 'staff', id: newId('staff'), permissions: ['*'] }

async function hire(...permissions: Permission[]): Promise<Actor & { kind: 'staff' }> {
  const person = { email: freshEmail(), password, name: 'Grace', permissions }
  const { id } = await world.call(identity.createStaff, person, { as: chief })
  return { kind: 'staff', id, permissions }
}
const make = (as: Actor, permissions: Permission[], more = {}) =>
  world.call(identity.createApiKey, { name: 'ERP', permissions, ...more }, { as })
const resolved = async (token: string) => (await world.call(identity.resolveSession, { token })).profile
const keysOf = async (as: Actor) => (await world.call(identity.listApiKeys, {}, { as })).items

/** Who acts by a key, as the gateway makes them of what it is told. */
async function actingBy(secret: string): Promise<Actor> {
  const profile = await resolved(secret)
  assert.equal(profile?.role, 'staff')
  return { kind: 'staff', id: profile?.id ?? '', permissions: profile?.permissions ?? [] }
}

test('a key is shown once, and known afterwards by how it begins', async () => {
  const as = await hire('orders', 'catalog')
  const { secret, ...made } = await make(as, ['orders'])
  assert.ok(secret.startsWith(made.prefix) && made.prefix.length === 11)
  assert.deepEqual(await keysOf(as), [made])
  const kept = JSON.stringify(await world.database.rows`select * from api_keys`)
  assert.ok(kept.includes(made.prefix) && !kept.includes(secret.slice(11)))
})

test('a machine acts by its key as itself, with the permissions it was given', async () => {
  const as = await hire('orders', 'catalog')
  const { secret, id } = await make(as, ['orders'])
  assert.deepEqual(await actingBy(secret), { kind: 'staff', id, permissions: ['orders'] })
  assert.ok((await keysOf(as))[0]?.lastUsedAt)
  for (const wrong of [`${secret}x`, secret.slice(0, -1), 'rk_', 'rk_nonsense'])
    assert.equal(await resolved(wrong), undefined)
})

test('a key may do no more than its owner, then and now', async () => {
  const as = await hire('orders', 'catalog')
  await Promise.all([
    assert.rejects(make(as, ['orders', 'staff']), (error) => is(error, forbidden)),
    assert.rejects(make(as, ['*']), (error) => is(error, forbidden)),
  ])
  const { secret } = await make(as, ['orders', 'catalog'])
  await world.call(identity.updateStaff, { id: as.id, permissions: ['catalog'] }, { as: chief })
  assert.deepEqual((await resolved(secret))?.permissions, ['catalog'])
})

test('the keys of who leaves die with the account', async () => {
  const as = await hire('orders')
  const { secret } = await make(as, ['orders'])
  await world.call(identity.removeStaff, { id: as.id }, { as: chief })
  assert.equal(await resolved(secret), undefined)
})

test('a key ends when it was said to, or is taken away', async () => {
  const as = await hire('orders')
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
  const ending = await make(as, ['orders'], { expiresAt })
  const taken = await make(as, ['orders'])
  assert.deepEqual([ending.expiresAt, taken.expiresAt], [expiresAt, undefined])
  await world.call(identity.revokeApiKey, { id: taken.id }, { as })
  assert.equal(await resolved(taken.secret), undefined)
  assert.ok(await resolved(ending.secret))
  world.advance(3_600_000)
  assert.equal(await resolved(ending.secret), undefined)
  const past = new Date(Date.now() - 1_000).toISOString()
  await assert.rejects(make(as, ['orders'], { expiresAt: past }), (error) => is(error, invalidInput))
})

test('a key makes no keys, has no account, and cannot turn on its owner', async () => {
  const owner = await hire('*')
  const { secret, id } = await make(owner, ['*'])
  const as = await actingBy(secret)
  const change = { currentPassword: password, password: 'another long password' }
  await Promise.all([
    assert.rejects(make(as, ['orders']), (error) => is(error, forbidden)),
    assert.rejects(world.call(identity.getProfile, {}, { as }), (error) => is(error, notFound)),
    assert.rejects(world.call(identity.changePassword, change, { as }), (error) => is(error, notFound)),
    assert.rejects(world.call(identity.removeStaff, { id: owner.id }, { as }), (error) =>
      is(error, conflict),
    ),
  ])
  await world.call(identity.revokeApiKey, { id }, { as: owner })
})

test('keys of others are seen and taken away by who manages staff alone', async () => {
  const [owner, colleague, manager] = [await hire('catalog'), await hire('*'), await hire('staff', 'catalog')]
  const key = await make(owner, ['catalog'])
  const mighty = await make(colleague, ['*'])
  const seenBy = async (as: Actor) => (await keysOf(as)).map(({ id }) => id)
  assert.ok(!(await seenBy(owner)).includes(mighty.id) && (await seenBy(manager)).includes(mighty.id))
  const { items } = await world.call(identity.listApiKeys, { ownerId: owner.id }, { as: manager })
  assert.deepEqual(
    items.map(({ id }) => id),
    [key.id],
  )
  await Promise.all([
    assert.rejects(world.call(identity.revokeApiKey, { id: mighty.id }, { as: owner }), (error) =>
      is(error, notFound),
    ),
    assert.rejects(world.call(identity.revokeApiKey, { id: mighty.id }, { as: manager }), (error) =>
      is(error, forbidden),
    ),
  ])
  await world.call(identity.revokeApiKey, { id: key.id }, { as: manager })
  assert.equal(await resolved(key.secret), undefined)
  assert.ok(await resolved(mighty.secret))
})

test('neither strangers nor customers have keys', async () => {
  const as = customer(await registered(world))
  await Promise.all([
    assert.rejects(make(anyone, ['orders']), (error) => is(error, unauthenticated)),
    assert.rejects(make(as, ['orders']), (error) => is(error, forbidden)),
    assert.rejects(keysOf(as), (error) => is(error, forbidden)),
    assert.rejects(world.call(identity.revokeApiKey, { id: newId('key') }, { as }), (error) =>
      is(error, forbidden),
    ),
  ])
})

test('keys are listed page by page, and nobody has too many', async () => {
  const as = await hire('orders')
  await world.database.run`
    insert into api_keys (id, owner_id, name, prefix, hash, permissions, created_at)
    select 'key_' || lpad(n::text, 26, '0'), ${as.id}, 'Many', 'rk_', ${as.id} || n, '[]', now()
    from generate_series(1, ${keyLimit}::integer) n`
  await assert.rejects(make(as, ['orders']), (error) => is(error, conflict))
  const first = await world.call(identity.listApiKeys, { limit: 60 }, { as })
  const second = await world.call(identity.listApiKeys, { limit: 60, after: first.next }, { as })
  assert.deepEqual([first.items.length, second.items.length, second.next], [60, 40, undefined])
})
