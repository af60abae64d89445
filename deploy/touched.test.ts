import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCode, isTest, projectSource, readImports } from './imports.ts'
import { createTouched, loadedByProcesses, processNames } from './touched.ts'

const imports = readImports(projectSource(`${import.meta.dirname}/..`))
const touchedBy = createTouched(imports)
const touched = (...files: string[]) => touchedBy(files)
const services = (...files: string[]) => touched(...files).services

test('a use case touches its service, and no other', () => {
  assert.deepEqual(services('services/cart/add-item.ts'), ['cart'])
  assert.deepEqual(services('services/orders/conduct.ts', 'services/search/suggest.ts'), ['search', 'orders'])
})

test('what is read and not imported touches its service: migrations and templates', () => {
  assert.deepEqual(services('services/orders/migrations/001-orders.sql'), ['orders'])
})

test('a contract touches those who ask or hear its service, and the gateway', () => {
  assert.deepEqual(services('services/webhooks/contract.ts'), ['notifications', 'webhooks', 'gateway'])
  const byPayments = services('services/payments/contract.ts')
  for (const name of ['payments', 'orders', 'gateway']) assert.ok(byPayments.includes(name), name)
  for (const name of ['catalog', 'pricing', 'identity']) assert.ok(!byPayments.includes(name), name)
})

test('the kit touches all, and so do the packages and the frame of every process', () => {
  for (const file of ['kit/money.ts', 'kit/migrations/001-messages.sql', 'package-lock.json', 'platform.ts'])
    assert.deepEqual(services(file), processNames, file)
})

test('pages touch the gateway, which serves them', () => {
  assert.deepEqual(services('apps/storefront/src/pages/index.astro'), ['gateway'])
})

test('documents touch nothing but what looks at them', () => {
  for (const file of ['README.md', 'docs/security.md', 'services/cart/README.md'])
    assert.deepEqual(touched(file), { services: [], suites: ['check'] })
})

test('a test touches no service, and only the suites that run it', () => {
  assert.deepEqual(touched('services/search/search.db.test.ts'), {
    services: [],
    suites: ['check', 'database'],
  })
  assert.deepEqual(touched('e2e/walk.test.ts'), { services: [], suites: ['check', 'platform', 'fleet'] })
})

test('a page is looked at in the browser, and no database is asked', () => {
  const { suites } = touched('apps/storefront/src/pages/index.astro')
  assert.ok(suites.includes('browser'))
  assert.ok(!suites.includes('database'))
})

test('the whole shop is tested with each of its services', () => {
  for (const name of processNames.filter((each) => each !== 'gateway'))
    assert.ok(touched(`services/${name}/service.ts`).suites.includes('platform'), name)
})

test('what is deployed touches its own suite only', () => {
  assert.deepEqual(touched('deploy/helm/rialto/values.yaml'), { services: [], suites: ['check', 'deploy'] })
  assert.deepEqual(touched('.github/workflows/main.yml'), { services: [], suites: ['check', 'deploy'] })
})

test('a file that was removed touches its service', () => {
  assert.deepEqual(services('services/cart/no-longer-there.ts'), ['cart'])
})

test('every file that a process can load touches a process', () => {
  const loaded = new Set([...loadedByProcesses(imports).values()].flatMap((files) => [...files]))
  assert.ok(loaded.size > 400)
  const forgotten = [...loaded].filter((file) => isCode(file) && !isTest(file) && services(file).length === 0)
  assert.deepEqual(forgotten, [])
})
