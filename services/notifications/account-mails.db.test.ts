import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import {
  customerErased,
  identity,
  linkExpired,
  passwordChanged,
  passwordResetRequested,
  signInWayChanged,
} from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { unavailable } from '@rialto/kit/problem'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { notifications } from './contract.ts'
import service from './service.ts'
import { type MailServer, mailServer } from './testing.ts'

const secret = 'a-token-that-opens-the-account'
const staff = { kind: 'staff', id: 'staff_1', permissions: ['notifications'] } as const
const linkIs: { state: 'good' | 'over' | 'away' } = { state: 'good' }
const peers = [
  peer(identity.issueLink, ({ id }) => {
    if (linkIs.state === 'away') throw unavailable('identity is away', {})
    if (linkIs.state === 'over') throw linkExpired('It is over.')
    return { token: `${id}.${secret}` }
  }),
]

let server: MailServer
let sending: World
let showing: World
before(async () => {
  server = await mailServer()
  sending = await openWorld(service, { peers, config: { SMTP_URL: `smtp://127.0.0.1:${server.port}` } })
  showing = await openWorld(service, { peers, config: { PUBLIC_URL: 'https://shop.example/' } })
})
after(async () => {
  await Promise.all([sending.close(), showing.close()])
  server.close()
})
beforeEach(() => {
  server.taken.length = 0
  linkIs.state = 'good'
})

function requested() {
  const linkId = newId('link')
  const email = `${linkId.replace('_', '-')}@shop.example`
  const account = { accountId: newId('cust'), email, name: 'Ada' }
  return { linkId, ...account, expiresAt: '2030-03-01T10:00:00.000Z' }
}
const deliveryTo = async (world: World, to: string) =>
  (await world.call(notifications.listDeliveries, { to }, { as: staff })).items[0]

/** A mail as its reader sees it, with the soft breaks of its encoding taken out. */
const read = (mail = '') => mail.replace(/=\r\n/g, '').replaceAll('=3D', '=')

test('whoever forgot the password gets a link, whose token only the mail server sees', async () => {
  const data = requested()
  await sending.hear(passwordResetRequested, data)
  await sending.runJobs()
  assert.equal(server.taken.length, 1)
  assert.ok(read(server.taken[0]).includes(`/account/new-password?token=${data.linkId}.${secret}`))
  const kept = await sending.database.rows`select * from deliveries where recipient = ${data.email}`
  const told = await deliveryTo(sending, data.email)
  assert.equal(told?.status, 'sent')
  assert.doesNotMatch(JSON.stringify([kept, told]), new RegExp(secret))
  assert.match(told?.text ?? '', /once, until March 1 at 10:00 UTC/)
})

test('in development the inbox shows the link, and its list does not', async () => {
  const data = requested()
  await showing.hear(passwordResetRequested, data)
  const { items } = await showing.call(notifications.listInbox, { to: data.email })
  assert.doesNotMatch(JSON.stringify(items), new RegExp(secret))
  const mail = await showing.call(notifications.getInboxMessage, { id: items[0]?.id ?? '' })
  const address = `https://shop.example/account/new-password?token=${data.linkId}.${secret}`
  assert.ok(mail.text.includes(address) && mail.html.includes(`href="${address}"`))
  linkIs.state = 'over'
  const later = await showing.call(notifications.getInboxMessage, { id: mail.id })
  assert.doesNotMatch(JSON.stringify(later), new RegExp(secret))
})

test('a mail whose link is over before it could be sent is not sent', async () => {
  linkIs.state = 'over'
  const data = requested()
  await sending.hear(passwordResetRequested, data)
  await sending.runJobs()
  const told = await deliveryTo(sending, data.email)
  assert.deepEqual([told?.status, told?.attempts, server.taken.length], ['failed', 1, 0])
})

test('a mail waits while identity is away', async () => {
  linkIs.state = 'away'
  const data = requested()
  await sending.hear(passwordResetRequested, data)
  await sending.runJobs()
  assert.equal((await deliveryTo(sending, data.email))?.status, 'queued')
  linkIs.state = 'good'
  sending.advance(10_000)
  await sending.runJobs()
  assert.equal((await deliveryTo(sending, data.email))?.status, 'sent')
  assert.equal(server.taken.length, 1)
})

test('what was written to somebody who is to be forgotten goes, and nobody is written to in their place', async () => {
  const { accountId, email, name } = requested()
  for (const to of [email, 'stays@shop.example'])
    await showing.hear(passwordChanged, { accountId, email: to, name })
  await showing.hear(customerErased, { customerId: accountId, email })
  await showing.hear(passwordChanged, { accountId, email: 'nobody@erased.invalid', name })
  const left = await showing.database.rows<{ recipient: string }>`
    select recipient from deliveries where recipient = any(${[email, 'stays@shop.example', 'nobody@erased.invalid']})`
  assert.deepEqual(left, [{ recipient: 'stays@shop.example' }])
})

test('a changed password is told to its owner, each time once', async () => {
  const { accountId, email, name } = requested()
  const said = { accountId, email, name }
  await showing.hear(passwordChanged, said, { id: 'msg_first' })
  await showing.hear(passwordChanged, said, { id: 'msg_first' })
  await showing.hear(passwordChanged, said, { id: 'msg_second' })
  const { items } = await showing.call(notifications.listInbox, { to: email })
  assert.deepEqual(
    items.map(({ template }) => template),
    ['password-changed', 'password-changed'],
  )
})

test('whoever owns an account is told of each way into it that comes or goes, each time once', async () => {
  const { accountId, email, name } = requested()
  const about = { accountId, email, name }
  const linked = { ...about, way: 'provider', change: 'added', provider: 'Some <b>where' } as const
  await showing.hear(signInWayChanged, linked, { id: 'msg_linked' })
  await showing.hear(signInWayChanged, linked, { id: 'msg_linked' })
  await showing.hear(signInWayChanged, { ...about, way: 'passkey', change: 'removed' }, { id: 'msg_gone' })
  const { items } = await showing.call(notifications.listInbox, { to: email })
  assert.deepEqual(
    items.map(({ template, subject }) => [template, subject]),
    [
      ['sign-in-way-removed', 'A passkey was removed'],
      ['sign-in-way-added', 'A way to sign in was added'],
    ],
  )
  const [, added] = items
  assert.ok(added?.text.includes('signing in with Some <b>where from now on'))
  assert.ok(added?.html.includes('Some &lt;b&gt;where') && added.html.includes('/account/security"'))
})
