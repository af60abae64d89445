import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processNames } from '../touched.ts'
import { type Manifest, only, ownShop, render, the } from './manifests.ts'

// Who reaches whom, read from both sides of the policies.

const manifests = await render('standard', ownShop)
const component = 'app.kubernetes.io/component'

interface Rule {
  readonly ports?: readonly { readonly port: number | string }[]
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
}
interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> }
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}

test('nobody reaches anybody unless it is said', () => {
  const { spec } = the(manifests, 'NetworkPolicy', 'shop-nobody')
  assert.deepEqual(spec.policyTypes, ['Ingress', 'Egress'])
  assert.deepEqual([spec.ingress, spec.egress], [undefined, undefined])
  assert.deepEqual(Object.keys(spec.podSelector.matchLabels).sort(), [
    'app.kubernetes.io/instance',
    'app.kubernetes.io/name',
  ])
})

test('orders reaches payments; payments reaches nobody, and search not the money', () => {
  assert.deepEqual(reachedBy('orders'), ['cart', 'inventory', 'payments', 'pricing', 'shipping'])
  assert.deepEqual(reachedBy('payments'), [])
  assert.deepEqual(reachedBy('search'), ['catalog', 'inventory'])
  assert.deepEqual(
    reachedBy('gateway'),
    [...processNames].sort(),
    'other gateways too, as they tell each other what runs',
  )
})

test('what one may reach is what the other lets in', () => {
  for (const name of processNames) {
    const letIn = peersOf(policyOf(name).ingress, 'from')
    assert.deepEqual(letIn, processNames.filter((caller) => reachedBy(caller).includes(name)).sort(), name)
  }
})

test('only the gateway is reached from where shoppers come', () => {
  const open = processNames.filter((name) =>
    policyOf(name).ingress.some(
      ({ from = [], ports }: Rule) => ports?.[0]?.port === 'http' && !from.some(isPod),
    ),
  )
  assert.deepEqual(open, ['gateway'])
})

test('mails and webhooks leave the cluster, nobody else does, and none comes to what is inside', () => {
  const leaving = processNames.filter((name) => outsideOf(name).length > 0)
  assert.deepEqual(leaving, ['notifications', 'webhooks'])
  for (const { to = [] } of leaving.flatMap(outsideOf))
    for (const cidr of ['10.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.168.0.0/16'])
      assert.ok(to[0]?.ipBlock?.except?.includes(cidr), cidr)
})

test('the gateway has no way to a database', () => {
  const ports = (name: string) =>
    policyOf(name).egress.flatMap((rule: Rule) => rule.ports?.map(({ port }) => port) ?? [])
  assert.ok(!ports('gateway').includes(5432))
  for (const name of processNames.filter((each) => each !== 'gateway'))
    assert.ok(ports(name).includes(5432), name)
})

test('without policies there are none', async () => {
  const open = await render('standard', ownShop, { networkPolicy: { enabled: false } })
  assert.deepEqual(only(open, 'NetworkPolicy'), [])
})

function policyOf(name: string): Manifest['spec'] {
  return the(manifests, 'NetworkPolicy', `shop-${name}`).spec
}

function reachedBy(name: string): string[] {
  return peersOf(policyOf(name).egress, 'to')
}

function peersOf(rules: readonly Rule[], side: 'from' | 'to'): string[] {
  const peers = rules.flatMap((rule) => rule[side] ?? [])
  return peers.flatMap(({ podSelector }) => podSelector?.matchLabels?.[component] ?? []).sort()
}

function isPod({ podSelector }: Peer): boolean {
  return podSelector?.matchLabels?.[component] !== undefined
}

function outsideOf(name: string): Rule[] {
  return policyOf(name).egress.filter(({ to = [] }: Rule) =>
    to.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0'),
  )
}
