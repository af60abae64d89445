import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Actor } from '@rialto/kit/access'
import { conflict, notFound } from '@rialto/kit/problem'
import { emailUnverified, identity, signInAgain, ticketExpired, wrongPassword } from '../contract.ts'
import { anyone, customer, password, registered, toldWays } from '../testing.ts'
import { comeBack } from './testing.ts'
import { openStage, refused, type Stage, shopUrl, somebody } from './testing-stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('nobody waits with a provider of their own in an account whose e-mail is not theirs', async () => {
  const session = await registered(stage.world)
  const link = { provider: 'elsewhere', password }
  await assert.rejects(
    stage.world.call(identity.startLinkingProvider, link, { as: customer(session) }),
    refused(emailUnverified),
  )
})

test('a provider is linked with the password, listed, and removed', async () => {
  const session = await registered(stage.world)
  await stage.verify(session)
  const as = customer(session)
  const begin = (typed?: string) =>
    stage.world.call(
      identity.startLinkingProvider,
      { provider: 'elsewhere', ...(typed && { password: typed }) },
      { as },
    )
  for (const typed of [undefined, 'not my password'])
    await assert.rejects(begin(typed), refused(wrongPassword))
  const who = somebody()
  stage.provider.seat(who)
  const { url, ticket } = await begin(password)
  const answer = await comeBack(url, shopUrl)
  const linked = await stage.world.call(identity.finishLinkingProvider, { ticket, answer }, { as })
  assert.deepEqual((await stage.world.call(identity.listLinkedProviders, {}, { as })).items, [linked])
  assert.equal((await stage.signInAs(who)).profile.id, session.profile.id)
  const stranger = customer(await registered(stage.world))
  const remove = (by: Actor) => stage.world.call(identity.removeLinkedProvider, { id: linked.id }, { as: by })
  await assert.rejects(remove(stranger), refused(notFound))
  await remove(as)
  assert.deepEqual((await stage.world.call(identity.listLinkedProviders, {}, { as })).items, [])
  const told = await toldWays(stage.world, session.profile.id)
  assert.deepEqual(told, ['added provider Elsewhere', 'removed provider Elsewhere'])
})

test('what was begun to link a provider neither signs in, nor links it to somebody else', async () => {
  const session = await registered(stage.world)
  await stage.verify(session)
  const begun = async () => {
    stage.provider.seat(somebody())
    const link = { provider: 'elsewhere', password }
    const { url, ticket } = await stage.world.call(identity.startLinkingProvider, link, {
      as: customer(session),
    })
    return { ticket, answer: await comeBack(url, shopUrl) }
  }
  const one = await begun()
  await assert.rejects(stage.finish(one.ticket, one.answer), refused(ticketExpired))
  const stranger = customer(await registered(stage.world))
  await assert.rejects(
    stage.world.call(identity.finishLinkingProvider, await begun(), { as: stranger }),
    refused(ticketExpired),
  )
  const linked = somebody()
  await stage.signInAs(linked)
  stage.provider.seat(linked)
  const link = { provider: 'elsewhere', password }
  const { url, ticket } = await stage.world.call(identity.startLinkingProvider, link, {
    as: customer(session),
  })
  const taken = { ticket, answer: await comeBack(url, shopUrl) }
  await assert.rejects(
    stage.world.call(identity.finishLinkingProvider, taken, { as: customer(session) }),
    refused(conflict),
  )
})

test('the last way in stays until there is another, which a forgotten password gives', async () => {
  const session = await stage.signInAs(somebody())
  const as = customer(session)
  const [link] = (await stage.world.call(identity.listLinkedProviders, {}, { as })).items
  const remove = () => stage.world.call(identity.removeLinkedProvider, { id: link?.id ?? '' }, { as })
  await assert.rejects(remove(), refused(conflict))
  await stage.world.call(identity.requestPasswordReset, { email: session.profile.email }, { as: anyone })
  await stage.world.runJobs()
  const [{ id }] = (await stage.world.database.rows<{ id: string }>`
    select id from links where account_id = ${session.profile.id}`) as [{ id: string }]
  const { token } = await stage.world.call(identity.issueLink, { id })
  await stage.world.call(identity.resetPassword, { token, password }, { as: anyone })
  await stage.world.call(identity.signIn, { email: session.profile.email, password }, { as: anyone })
  await remove()
})

test('who has no password has the account erased after having signed in just now', async () => {
  const session = await stage.signInAs(somebody())
  const as = customer(session)
  const sessionId = await stage.sessionIdOf(session.token)
  const erase = () => stage.world.call(identity.eraseAccount, {}, { as, sessionId })
  await assert.rejects(stage.world.call(identity.eraseAccount, {}, { as }), refused(signInAgain))
  stage.world.advance(16 * 60_000)
  await assert.rejects(erase(), refused(signInAgain))
  stage.world.advance(-16 * 60_000)
  await erase()
  const left = await stage.world.database.rows`select 1 from accounts where user_id = ${session.profile.id}`
  assert.equal(left.length, 0)
})
