import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { identity } from '@rialto/identity/contract'
import { type Database, json, openDatabase } from '@rialto/kit/database'
import { newId } from '@rialto/kit/id'
import { messageOperations } from '@rialto/kit/message-operations'
import { until } from '@rialto/kit/until'
import { notifications } from '@rialto/notifications/contract'
import { databaseUrls } from './checker.ts'
import { openShop, type Shop } from './shop.ts'
import { type Command, openTerminal } from './terminal.ts'
import { openStaff, openVisitor, refusal } from './visitor.ts'

// An operator at a terminal, deciding about messages that a service could not handle.

let shop: Shop
let mail: Database
let command: Command

before(async () => {
  shop = await openShop()
  command = openTerminal(shop, 'messages.ts')
  mail = openDatabase({ url: databaseUrls(shop.dataDir).notifications ?? '' })
})
after(async () => {
  await mail?.close()
  await shop?.close()
})

/** A welcome that the mail service gave up, as a fault of its own would leave it. */
async function giveUp(email: string): Promise<string> {
  const id = newId('msg')
  const data = { customerId: newId('cust'), email, name: 'Jane' }
  await mail.run`insert into rialto.inbox
    (id, kind, name, version, aggregate_id, aggregate_version, source, data, at, state, due_at, attempts, last_error)
    values (${id}, 'event', 'customer.registered', 1, ${data.customerId}, 1, 'identity', ${json(data)}, now(), 'dead',
      now(), 12, 'Error: the printer is on fire')`
  return id
}

test('what was given up is listed, shown and replayed', async () => {
  const id = await giveUp('jane@shop.example')
  const listed = await command('list')
  assert.match(listed.output, new RegExp(`notifications +${id} +event customer.registered .*12 attempts`))
  assert.match(listed.output, /printer is on fire/)
  assert.ok(!listed.output.includes('jane@shop.example'))
  assert.match((await command('show', id)).output, /jane@shop.example/)
  assert.deepEqual(await command('replay', id), { code: 0, output: `notifications  ${id}  replayed\n` })
  const staff = await openStaff(shop)
  await until('the welcome is sent', async () => {
    const { items } = await staff(notifications.listDeliveries, { to: 'jane@shop.example' })
    return items.some(({ template, status }) => template === 'welcome' && status === 'sent')
  })
  assert.deepEqual(await command('list', '--service', 'notifications'), { code: 0, output: 'None.\n' })
  assert.ok(!shop.output.includes('jane@shop.example'))
  assert.match(shop.output, new RegExp(`"actor":"staff_[^}]*${id}[^}]*a dead letter is replayed`))
})

test('what is dropped never takes effect', async () => {
  const id = await giveUp('late@shop.example')
  assert.equal((await command('drop', id, '--service', 'notifications')).code, 0)
  const again = await command('replay', id)
  assert.deepEqual([again.code, again.output.includes('is no dead letter')], [1, true])
})

test('all that was given up can be replayed at once', async () => {
  await Promise.all([giveUp('one@shop.example'), giveUp('two@shop.example')])
  const replayed = await command('replay', '--all')
  assert.equal(replayed.output.match(/replayed/g)?.length, 2)
})

test('whose reader has seen enough ends without a word', async () => {
  // More than a page of them, so that it goes on after its reader has left.
  await mail.run`insert into rialto.inbox
    (id, kind, name, version, aggregate_id, aggregate_version, source, at, state, due_at, attempts)
    select 'msg_many_' || n, 'event', 'customer.registered', 1, 'cust', 1, 'identity', now(), 'dead', now(), 12
    from generate_series(1, 250) n`
  const child = spawn(process.execPath, [
    join(import.meta.dirname, '../messages.ts'),
    'list',
    '--url',
    shop.url,
  ])
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = await once(child, 'close')
  assert.deepEqual([code, errors], [0, ''])
  await mail.run`delete from rialto.inbox where id like 'msg_many_%'`
})

test('a wrong command, service or shop is told plainly', async () => {
  assert.equal((await command('lost')).code, 2)
  assert.equal((await command('drop')).code, 2)
  assert.match(
    (await command('list', '--service', 'mail')).output,
    /There is no service mail. Choose of: .*notifications/,
  )
  assert.match((await command('list', '--url', 'http://127.0.0.1:2')).output, /does not answer/)
})

test('the operations stand in the documents, and customers cannot use them', async () => {
  const { paths } = (await (await fetch(`${shop.url}/openapi.json`)).json()) as {
    paths: Record<string, object>
  }
  assert.deepEqual(Object.keys(paths['/api/orders/dead-letters/{id}'] ?? {}).sort(), ['delete', 'get'])
  const { call } = openVisitor(shop)
  const { listDeadLetters } = messageOperations('orders')
  assert.equal((await refusal(call(listDeadLetters, {}))).code, 'unauthenticated')
  await call(identity.register, { email: 'eve@shop.example', password: 'a long password', name: 'Eve' })
  assert.equal((await refusal(call(listDeadLetters, {}))).code, 'forbidden')
})
