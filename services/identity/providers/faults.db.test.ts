import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { notFound } from '@rialto/kit/problem'
import { identity, providerAway, providerRefused, ticketExpired } from '../contract.ts'
import { anyone, openIdentity } from '../testing.ts'
import { comeBack, openTestProvider } from './testing.ts'
import { openStage, refused, type Stage, shopUrl, somebody } from './testing-stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.close())

test('an answer with a wrong state, without one, or for another sign-in is not taken', async () => {
  const { ticket, answer } = await stage.away(somebody())
  const other = await stage.start()
  await assert.rejects(stage.finish(other.ticket, answer), refused(providerRefused))
  await assert.rejects(
    stage.finish(ticket, answer.replace(/state=[^&]*/, 'state=guessed')),
    refused(providerRefused),
  )
  const stateless = await stage.away(somebody())
  await assert.rejects(
    stage.finish(stateless.ticket, stateless.answer.replace(/&?state=[^&]*/, '')),
    refused(providerRefused),
  )
})

test('an answer is taken once, and so is a ticket, however many come at once', async () => {
  const { ticket, answer } = await stage.away(somebody())
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => stage.finish(ticket, answer)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  await assert.rejects(stage.finish(ticket, answer), refused(ticketExpired))
})

test('a code that was used already is refused by the provider, with a ticket of any kind', async () => {
  const first = await stage.away(somebody())
  await stage.finish(first.ticket, first.answer)
  const second = await stage.away(somebody())
  const code = /code=([^&]*)/.exec(first.answer)?.[1] ?? ''
  await assert.rejects(
    stage.finish(second.ticket, second.answer.replace(/code=[^&]*/, `code=${code}`)),
    refused(providerRefused),
  )
})

test('an ID token for another nonce, another audience or by another issuer is not believed', async () => {
  const wrongNonce = await stage.away(somebody(), (url) => url.replace(/nonce=[^&]*/, 'nonce=another'))
  await assert.rejects(stage.finish(wrongNonce.ticket, wrongNonce.answer), refused(providerRefused))
  const past = Math.floor(Date.now() / 1000) - 3_600
  for (const wrong of [
    { aud: 'another shop' },
    { iss: 'https://evil.test' },
    { exp: past, iat: past - 60 },
  ]) {
    const { ticket, answer } = await stage.away(somebody())
    stage.provider.forge(wrong)
    await assert.rejects(stage.finish(ticket, answer), refused(providerRefused))
    stage.provider.forge(undefined)
  }
  const { ticket, answer } = await stage.away(somebody())
  stage.provider.forge({})
  await stage.finish(ticket, answer)
})

test('a ticket that is made up, changed or too old is worth nothing', async () => {
  const { ticket, answer } = await stage.away(somebody())
  const changed = ticket.replace(/^../, (two) => (two === 'AA' ? 'BB' : 'AA'))
  for (const wrong of ['x', changed])
    await assert.rejects(stage.finish(wrong, answer), refused(ticketExpired))
  stage.world.advance(10 * 60_000)
  await assert.rejects(stage.finish(ticket, answer), refused(ticketExpired))
})

test('who says no at the provider is told so, and is not signed in', async () => {
  stage.provider.seat(undefined)
  const { url, ticket } = await stage.start()
  const answer = await comeBack(url, shopUrl)
  assert.match(answer, /error=access_denied/)
  await assert.rejects(stage.finish(ticket, answer), refused(providerRefused))
})

test('a provider that is silent or broken is told of plainly, and is asked again later', async () => {
  const { ticket, answer } = await stage.away(somebody())
  stage.provider.become('broken')
  await assert.rejects(stage.finish(ticket, answer), refused(providerAway))
  stage.provider.become('well')
  const late = await openTestProvider(shopUrl)
  const fresh = await openIdentity({
    PUBLIC_URL: shopUrl,
    SIGN_IN_PROVIDERS: JSON.stringify([late.settings]),
    PROVIDER_TIMEOUT_MS: '300',
  })
  const begin = () => fresh.call(identity.startProviderSignIn, { provider: 'elsewhere' }, { as: anyone })
  try {
    for (const mood of ['silent', 'broken'] as const) {
      late.become(mood)
      await assert.rejects(begin(), refused(providerAway))
    }
    late.become('well')
    assert.ok((await begin()).url.startsWith(late.issuer))
    await late.close()
    // What is known of it stays known; its pages are the browser's business.
    await begin()
  } finally {
    await fresh.close()
  }
})

test('a provider may change its keys at any moment; its document and keys are not asked for each time', async () => {
  const documents = () => stage.provider.asked('/.well-known/openid-configuration')
  await stage.signInAs(somebody())
  const [known, keys] = [documents(), stage.provider.asked('/jwks')]
  await stage.signInAs(somebody())
  assert.deepEqual([documents(), stage.provider.asked('/jwks')], [known, keys])
  stage.provider.rotate()
  await stage.signInAs(somebody())
  assert.deepEqual([documents(), stage.provider.asked('/jwks')], [known, keys + 1])
})

test('the provider is given one address to come back to, whatever is asked for', async () => {
  const { url } = await stage.start('https://evil.test/')
  const asked = new URL(url).searchParams
  assert.equal(asked.get('redirect_uri'), `${shopUrl}/account/provider/elsewhere`)
  assert.deepEqual([asked.get('code_challenge_method'), asked.get('response_type')], ['S256', 'code'])
  await assert.rejects(
    stage.world.call(identity.startProviderSignIn, { provider: 'nowhere' }, { as: anyone }),
    refused(notFound),
  )
})
