import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { World } from '@rialto/kit/testing'
import { openAuth } from './auth.ts'
import { hashPassword } from './password.ts'
import { freshEmail, openIdentity, password } from './testing.ts'

const [former, next] = ['f'.repeat(32), 'n'.repeat(32)]

let world: World
before(async () => {
  world = await openIdentity()
})
after(() => world.close())

test('while the secret is changed, whoever was signed in stays so, and can sign out', async () => {
  const { database } = world
  const knows = async (auth: ReturnType<typeof openAuth>, token: string) =>
    (await auth.resolve(database, token)) !== undefined
  const person = { email: freshEmail(), name: 'Ada', password, hash: await hashPassword(password) }
  const begun = await openAuth(former).signUp(database, person)
  assert.ok(begun !== 'email-taken')
  const changing = openAuth(next, former)
  const again = await changing.signIn(database, person)
  assert.ok(again !== 'wrong-credentials')
  assert.ok((await knows(changing, begun.token)) && (await knows(changing, again.token)))
  // What is new is signed with the new secret alone.
  assert.ok(await knows(openAuth(next), again.token))
  assert.equal(await knows(openAuth(former), again.token), false)
  assert.equal(await knows(openAuth(next), begun.token), false)
  await changing.signOut(database, begun.token)
  assert.equal(await knows(changing, begun.token), false)
  assert.ok(await knows(changing, again.token))
})
