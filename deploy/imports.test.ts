import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readImports } from './imports.ts'

const texts: Record<string, string> = {
  'kit/package.json': '{ "name": "@shop/kit", "exports": { "./*": "./*.ts" } }',
  'kit/money.ts': 'export const money = 1',
  'services/cart/package.json':
    '{ "name": "@shop/cart", "exports": { ".": "./cart.ts", "./contract": "./contract.ts" } }',
  'services/cart/contract.ts': "import { money } from '@shop/kit/money'",
  'services/cart/cart.ts':
    "import type { Order } from '../orders/orders.ts'\nimport {\n  one,\n  type Two,\n} from './contract.ts'",
  'services/orders/orders.ts': "const late = () => import('@shop/cart')\nexport * from './more.ts'",
  'services/orders/more.ts':
    "const program = join(root, 'start.mjs')\nconst beside = new URL('./guard.ts', import.meta.url)",
  'services/orders/guard.ts': '',
  'start.mjs': "import './kit/money.ts'",
}
const imports = readImports({ paths: Object.keys(texts), read: (path) => texts[path] ?? '' })
const loaded = (file: string) => [...imports.closure([file])].sort()

test('what is imported by path or by the name of a package is loaded, and what that imports', () => {
  assert.deepEqual(loaded('services/cart/cart.ts'), [
    'kit/money.ts',
    'services/cart/cart.ts',
    'services/cart/contract.ts',
  ])
})

test('what is imported later, passed on, or started as a program is loaded too', () => {
  assert.deepEqual(
    loaded('services/orders/orders.ts'),
    Object.keys(texts)
      .filter((path) => /ts$|mjs$/.test(path))
      .sort(),
  )
})

test('what is imported as a type only is not loaded', () => {
  assert.ok(!loaded('services/cart/cart.ts').includes('services/orders/orders.ts'))
  const found = imports.importsOf('services/cart/cart.ts')
  assert.deepEqual(found, [{ file: 'services/cart/contract.ts', names: ['one'] }])
})

test('a file is in the room of the nearest package', () => {
  assert.equal(imports.roomOf('services/cart/contract.ts'), 'services/cart')
  assert.equal(imports.roomOf('start.mjs'), '.')
})
