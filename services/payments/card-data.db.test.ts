import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { after, before, test } from 'node:test'
import { createLocalBroker } from '@rialto/kit/broker'
import { createCall } from '@rialto/kit/client'
import { newId } from '@rialto/kit/id'
import { type Mounted, mount } from '@rialto/kit/mount'
import { testDatabases } from '@rialto/kit/postgres'
import { readSettings } from '@rialto/kit/settings'
import { pino } from 'pino'
import { payments } from './contract.ts'
import service from './service.ts'
import { cards, eur } from './testing.ts'

let logged = ''
let mounted: Mounted
let databases: Awaited<ReturnType<typeof testDatabases>>
before(async () => {
  databases = await testDatabases()
  const memory = new Writable({
    write: (chunk, _encoding, done) => {
      logged += chunk
      done()
    },
  })
  mounted = await mount(service, {
    databaseUrl: await databases.ensureDatabase('payments'),
    broker: createLocalBroker(),
    find: () => mounted.dispatch,
    log: pino({ level: 'trace' }, memory),
    settings: readSettings([service], { PAYMENT_GATEWAY_TIMEOUT_MS: '200' }),
  })
  await mounted.begin()
})
after(async () => {
  await mounted.stop()
  await databases.stop()
})

test('after paying with every card, no table and no log holds a card number', async () => {
  const request = {
    actor: { kind: 'service', name: 'test' },
    requestId: 'req',
    deadline: Date.now() + 30_000,
  }
  const call = createCall(() => mounted.dispatch, 'test', request as Parameters<typeof createCall>[2])
  const tokens: string[] = []
  for (const number of Object.values(cards)) {
    const { token } = await call(payments.tokenizeSandboxCard, { number, expiry: '12/44', cvc: '123' })
    tokens.push(token)
    const checkoutId = newId('chk')
    const asked = { checkoutId, gateway: 'sandbox', token, amount: eur(100), returnUrl: '/' }
    await call(payments.authorize, asked)
  }
  const real = { number: '5555 5555 5555 4444', expiry: '12/44', cvc: '123' }
  await assert.rejects(call(payments.tokenizeSandboxCard, real))
  const tables = await dump()
  const numbers = [...Object.values(cards), real.number].flatMap((number) => [
    number,
    number.replaceAll(' ', ''),
  ])
  for (const secret of numbers) {
    for (const [table, content] of tables) assert.ok(!content.includes(secret), `${table} holds ${secret}`)
    assert.ok(!logged.includes(secret), `the log holds ${secret}`)
  }
  const holding = tables.filter(([, content]) => tokens.some((token) => content.includes(token)))
  assert.deepEqual(
    holding.map(([table]) => table),
    ['public.sandbox_tokens'],
  )
  assert.ok(!tokens.some((token) => logged.includes(token)), 'the log holds a token')
  // The timeout card leaves a line, so the log was really looked at.
  assert.match(logged, /gave no answer/)
})

async function dump(): Promise<[string, string][]> {
  const { pool } = mounted.database
  const { rows } = await pool.query<{ name: string }>(
    `select table_schema || '.' || table_name as name from information_schema.tables
     where table_schema in ('public', 'rialto') order by 1`,
  )
  assert.ok(rows.length > 8)
  return Promise.all(
    rows.map(async ({ name }): Promise<[string, string]> => {
      const content = await pool.query(`select coalesce(json_agg(t)::text, '') as text from ${name} t`)
      return [name, content.rows[0].text]
    }),
  )
}
