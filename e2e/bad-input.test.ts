import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { isRaw, type Operation } from '@rialto/kit/contract'
import fc from 'fast-check'
import { contracts } from '../contracts.ts'
import { demoAccounts } from '../demo-accounts.ts'
import { type Platform, startPlatform } from '../platform.ts'

// Whatever is sent to whatever operation by whomever: no fault of ours, no change, and a reason that names the field.

let platform: Platform
let dataDir: string
const sessions: Record<string, string> = { nobody: '' }

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rialto-bad-input-'))
  const environment = {
    ...demoAccounts,
    SANDBOX_WAREHOUSE: 'false',
    PORT: '0',
    HOST: '127.0.0.1',
    RIALTO_DATA: dataDir,
    LOG_LEVEL: 'silent',
  }
  platform = await startPlatform({ environment, pages: false })
  const customer = { email: 'fuzz@shop.example', password: 'a long password', name: 'Fuzz' }
  sessions.customer = (await post('/register', customer)).token
  const staff = { email: demoAccounts.RIALTO_ADMIN_EMAIL, password: demoAccounts.RIALTO_ADMIN_PASSWORD }
  sessions.staff = (await post('/sign-in', staff)).token
})
after(async () => {
  await platform.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const operations = contracts.flatMap((contract) => contract.operations).filter(({ internal }) => !internal)
// Ending the session would make the rest of the run a stranger's.
const asked = operations.filter(({ name }) => name !== 'signOut')

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '%',
    '\\',
    "' or 1=1 --",
    '../../etc/passwd',
    '𝕬'.repeat(300),
    'NaN',
    'null',
    'constructor',
    '__proto__',
  ),
  fc.constantFrom(
    'prod_01h455vb4pex5vsknk084sn02q',
    'ord_00000000000000000000000000',
    'guest_01h455vb4pex5vsknk084sn02q',
  ),
  fc.constantFrom(-1, 0, 1e308, 2 ** 53, -0, 0.1, true, false, null),
)
const nastyDeep = fc.oneof(
  nasty,
  fc.array(nasty, { maxLength: 3 }),
  fc.dictionary(fc.string({ maxLength: 10 }), nasty, { maxKeys: 3 }),
)

for (const operation of asked) {
  test(`${operation.service}.${operation.name} answers bad input plainly`, () => sendsNonsense(operation))
}

async function sendsNonsense(operation: Operation): Promise<void> {
  const fields = [...Object.keys(operation.query?.properties ?? {}), ...bodyFields(operation)]
  const values = fc.record(Object.fromEntries(fields.map((field) => [field, nastyDeep])), {
    requiredKeys: [],
  })
  const who = fc.constantFrom('nobody', 'customer', 'staff')
  await fc.assert(
    fc.asyncProperty(
      values,
      fc.array(nasty, { minLength: 3, maxLength: 3 }),
      who,
      async (input, ids, actor) => {
        const { statusCode, body } = await send(operation, input, ids.map(String), sessions[actor] ?? '')
        assert.ok(statusCode < 500 || statusCode === 503, `${statusCode} ${body}`)
        if (statusCode >= 400) assertProblem(body)
        assert.doesNotMatch(body, /node_modules|\.ts:\d+|at async/)
      },
    ),
    { numRuns: 25 },
  )
}

function assertProblem(body: string): void {
  const problem = JSON.parse(body)
  assert.ok(problem.code && problem.title && problem.detail && problem.requestId, body)
  if (problem.code === 'invalid-input') assert.ok(problem.errors.length > 0 && problem.errors[0].field, body)
}

function send(operation: Operation, input: Record<string, unknown>, ids: string[], token: string) {
  const path = operation.path.replace(/:\w+/g, () =>
    encodeURIComponent([...(ids.pop() || 'x')].slice(0, 20).join('').toWellFormed()),
  )
  const query = new URLSearchParams()
  for (const name of Object.keys(operation.query?.properties ?? {}))
    if (name in input)
      query.append(name, typeof input[name] === 'string' ? input[name] : JSON.stringify(input[name]))
  const body = Object.fromEntries(
    Object.entries(input).filter(([name]) => bodyFields(operation).includes(name)),
  )
  const raw = isRaw(operation.body) ? operation.body.raw : undefined
  return platform.app.inject({
    method: operation.method,
    url: `/api${path}?${query}`,
    headers: {
      ...(operation.body && { 'content-type': raw ?? 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(operation.body && { payload: raw ? JSON.stringify(ids) : JSON.stringify(body) }),
  })
}

function bodyFields({ body }: Operation): string[] {
  return body && !isRaw(body) ? Object.keys(body.properties) : []
}

async function post(path: string, payload: object): Promise<{ token: string }> {
  return (await platform.app.inject({ method: 'POST', url: `/api${path}`, payload })).json()
}
