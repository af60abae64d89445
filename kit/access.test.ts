import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, admit, type Whose } from './access.ts'
import type { Access } from './contract.ts'
import { Problem } from './problem.ts'

const actors: Record<string, Actor> = {
  anyone: { kind: 'anyone' },
  guest: { kind: 'guest', id: 'g' },
  customer: { kind: 'customer', id: 'c', guestId: 'g' },
  clerk: { kind: 'staff', id: 's', permissions: ['orders'] },
  owner: { kind: 'staff', id: 's', permissions: ['*'] },
  newcomer: { kind: 'staff', id: 's', permissions: ['*'], guestId: 'g', factorStep: 'set-up' },
  returner: { kind: 'staff', id: 's', permissions: ['*'], factorStep: 'sign-in-again' },
  service: { kind: 'service', name: 'cart' },
}

type Outcome = Whose | 'unauthenticated' | 'forbidden' | 'second-factor-missing'

const table: readonly (readonly [Access | readonly Access[], Record<string, Outcome>])[] = [
  ['anyone', { anyone: [], guest: ['g'], customer: ['c', 'g'], clerk: [], owner: [], service: [] }],
  [
    'shopper',
    {
      anyone: 'unauthenticated',
      guest: ['g'],
      customer: ['c', 'g'],
      clerk: 'forbidden',
      owner: 'forbidden',
      service: 'forbidden',
    },
  ],
  [
    'customer',
    {
      anyone: 'unauthenticated',
      guest: 'unauthenticated',
      customer: ['c', 'g'],
      clerk: 'forbidden',
      service: 'forbidden',
    },
  ],
  [
    'staff:orders',
    {
      anyone: 'unauthenticated',
      guest: 'unauthenticated',
      customer: 'forbidden',
      clerk: 'everyone',
      owner: 'everyone',
      service: 'forbidden',
    },
  ],
  [
    'staff:*',
    {
      guest: 'unauthenticated',
      customer: 'forbidden',
      clerk: 'everyone',
      owner: 'everyone',
      newcomer: 'second-factor-missing',
      returner: 'second-factor-missing',
    },
  ],
  [
    ['customer', 'staff:*', 'staff:without-factor'],
    { guest: 'unauthenticated', clerk: 'everyone', newcomer: 'everyone', returner: 'everyone' },
  ],
  ['anyone', { newcomer: ['g'], returner: [] }],
  ['customer', { newcomer: 'forbidden' }],
  ['staff:catalog', { clerk: 'forbidden', owner: 'everyone' }],
  [
    'service',
    {
      anyone: 'unauthenticated',
      customer: 'forbidden',
      owner: 'forbidden',
      newcomer: 'forbidden',
      service: 'everyone',
    },
  ],
  [
    ['owner', 'staff:orders'],
    {
      guest: ['g'],
      customer: ['c', 'g'],
      clerk: 'everyone',
      newcomer: ['g'],
      returner: 'second-factor-missing',
      service: 'forbidden',
    },
  ],
]

for (const [access, expected] of table) {
  for (const [name, outcome] of Object.entries(expected)) {
    test(`${name} at an operation for ${access}: ${outcome}`, () =>
      assert.deepEqual(admitted(access, name), outcome))
  }
}

function admitted(access: Access | readonly Access[], name: string): Outcome {
  try {
    return admit({ access }, actors[name] as Actor)
  } catch (error) {
    return (error as Problem).code as Outcome
  }
}

test('what is refused is a problem, never a crash', () => {
  assert.throws(() => admit({ access: 'customer' }, { kind: 'anyone' }), Problem)
})
