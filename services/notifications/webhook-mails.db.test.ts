import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { newId } from '@rialto/kit/id'
import { unavailable } from '@rialto/kit/problem'
import { openWorld, peer, type World } from '@rialto/kit/testing'
import { webhookWasDisabled } from '@rialto/webhooks/contract'
import { notifications } from './contract.ts'
import service from './service.ts'

const colleagues = [
  { id: newId('staff'), email: 'ann@shop.example' },
  { id: newId('staff'), email: 'bo@shop.example' },
]
let isAway = false
const peers = [
  peer(identity.listStaffToTell, ({ permission }) => {
    if (isAway) throw unavailable('identity is away', {})
    return { items: permission === 'webhooks' ? colleagues : [] }
  }),
]

let world: World
before(async () => {
  world = await openWorld(service, { peers })
})
after(() => world.close())

const mailsTo = async (to: string) => (await world.call(notifications.listInbox, { to })).items
const disabled = (because: string) => ({ webhookId: newId('whk'), because })

test('all who see to webhooks are told when one is disabled, once for each time', async () => {
  const gone = disabled('gone')
  for (const id of ['msg_gone', 'msg_gone']) await world.hear(webhookWasDisabled, gone, { id })
  await world.runJobs()
  await world.hear(webhookWasDisabled, { ...gone, because: 'failing' }, { id: 'msg_failing' })
  await world.runJobs()
  for (const { email } of colleagues) {
    const [again, first, ...more] = await mailsTo(email)
    assert.equal(more.length, 0)
    assert.ok(first?.text.includes(gone.webhookId) && first.text.includes('gone for good'))
    assert.ok(again?.text.includes('took nothing for days'))
  }
})

test('the mail waits while identity is away', async () => {
  const [{ email } = { email: '' }] = colleagues
  const before = (await mailsTo(email)).length
  isAway = true
  await world.hear(webhookWasDisabled, disabled('failing'), { id: 'msg_waits' })
  await world.runJobs()
  assert.equal((await mailsTo(email)).length, before)
  isAway = false
  world.advance(10_000)
  await world.runJobs()
  assert.equal((await mailsTo(email)).length, before + 1)
})
