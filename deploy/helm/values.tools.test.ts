import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { serviceNames } from '../../services.ts'
import { type Manifest, only, ownShop, render, the, type Values } from './manifests.ts'
import { mistakesIn } from './schemas.ts'

// What each value changes, told by what comes out of Helm.

const shop = (...values: readonly Values[]) => render('standard', ownShop, ...values)
const service = (name: string, own: Values): Values => ({ services: { [name]: own } })

test('a release of one service changes the image of that service only', async () => {
  const before = await shop()
  const after = await shop(service('orders', { image: { tag: '1.2.3' } }))
  const changed = only(after, 'Deployment').filter(
    (each) => imageOf(each) !== imageOf(the(before, 'Deployment', each.metadata.name)),
  )
  assert.deepEqual(changed.map(imageOf), ['registry.example/rialto:1.2.3'])
})

test('a digest goes before the tag of all, and a tag of its own before that', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const manifests = await shop({ image: { tag: '1', digest } }, service('cart', { image: { tag: '2' } }))
  assert.equal(imageOf(the(manifests, 'Deployment', 'shop-orders')), `registry.example/rialto@${digest}`)
  assert.equal(imageOf(the(manifests, 'Deployment', 'shop-cart')), 'registry.example/rialto:2')
})

test('a canary stands beside its service, behind the same name, and leaves it as it is', async () => {
  const before = await shop()
  const after = await shop(service('orders', { canary: { replicas: 1, image: { tag: 'next' } } }))
  const canary = the(after, 'Deployment', 'shop-orders-canary')
  assert.equal(imageOf(canary), 'registry.example/rialto:next')
  assert.equal(canary.spec.replicas, 1)
  assert.deepEqual(the(after, 'Deployment', 'shop-orders'), the(before, 'Deployment', 'shop-orders'))
  const { selector } = the(after, 'Service', 'shop-orders').spec
  for (const [label, value] of Object.entries(selector))
    assert.equal(canary.spec.template.metadata.labels[label], value)
  assert.notEqual(canary.spec.selector.matchLabels['rialto/track'], 'stable')
})

test('with autoscaling the number of processes is left to it: by CPU, and by the age of what waits', async () => {
  const manifests = await shop(
    service('orders', { replicas: 3, autoscaling: { most: 9, queueAgeSeconds: 7 } }),
  )
  assert.equal(the(manifests, 'Deployment', 'shop-orders').spec.replicas, undefined)
  const { spec } = the(manifests, 'HorizontalPodAutoscaler', 'shop-orders')
  assert.deepEqual([spec.minReplicas, spec.maxReplicas], [3, 9])
  assert.equal(spec.metrics[0].resource.target.averageUtilization, 70)
  assert.deepEqual(spec.metrics[1].external.metric.selector.matchLabels, { service: 'orders' })
  assert.deepEqual(spec.metrics[1].external.target, { type: 'Value', value: '7' })
  const gateway = the(manifests, 'HorizontalPodAutoscaler', 'shop-gateway').spec
  assert.equal(gateway.metrics.length, 1, 'the gateway has no database, and so nothing that waits in it')
})

test('the small size has one process of each and nothing that grows', async () => {
  const manifests = await render('small', ownShop)
  assert.deepEqual(only(manifests, 'HorizontalPodAutoscaler'), [])
  for (const { spec } of only(manifests, 'Deployment')) assert.equal(spec.replicas, 1)
})

test('the large size starts with three of each, and may grow further than the standard one', async () => {
  const [large, standard] = await Promise.all([render('large', ownShop), shop()])
  for (const { spec, metadata } of only(large, 'HorizontalPodAutoscaler')) {
    assert.ok(spec.minReplicas >= 3)
    assert.ok(spec.maxReplicas > the(standard, 'HorizontalPodAutoscaler', metadata.name).spec.maxReplicas)
  }
})

test('replicas are spread over zones and machines, and leave one after the other', async () => {
  const manifests = await shop()
  for (const { spec, metadata } of only(manifests, 'Deployment')) {
    const keys = spec.template.spec.topologySpreadConstraints.map(
      ({ topologyKey }: { topologyKey: string }) => topologyKey,
    )
    assert.deepEqual(keys.sort(), ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'])
    assert.equal(the(manifests, 'PodDisruptionBudget', metadata.name).spec.maxUnavailable, 1)
  }
})

test('each service has a Secret with what it needs, and with no address of another database', async () => {
  const manifests = await shop()
  for (const name of serviceNames) {
    const keys = Object.keys(the(manifests, 'Secret', `shop-${name}`).stringData).sort()
    assert.deepEqual(keys, ['NATS_URL', 'RIALTO_SECRET', `${name.toUpperCase()}_DATABASE_URL`].sort())
  }
  assert.deepEqual(Object.keys(the(manifests, 'Secret', 'shop-gateway').stringData).sort(), [
    'NATS_URL',
    'RIALTO_SECRET',
  ])
})

test('a secret that is missing is told by its name and its place', async () => {
  await assert.rejects(render('small'), /needs the secret RIALTO_SECRET: give it in secrets\.shared/)
  await assert.rejects(
    shop(service('orders', { secrets: { ORDERS_DATABASE_URL: '' } })),
    /orders needs the secret ORDERS_DATABASE_URL: give it in services\.orders\.secrets/,
  )
})

test('a changed secret starts new processes of those who have it', async () => {
  const mark = (manifests: Manifest[], name: string) =>
    the(manifests, 'Deployment', name).spec.template.metadata.annotations['rialto/secrets']
  const [before, after] = [await shop(), await shop(service('orders', { secrets: { EXTRA: 'new' } }))]
  assert.notEqual(mark(before, 'shop-orders'), mark(after, 'shop-orders'))
  assert.equal(mark(before, 'shop-cart'), mark(after, 'shop-cart'))
})

test('with existing secrets the chart makes none', async () => {
  const manifests = await render('standard', { secrets: { from: 'existing' } })
  assert.deepEqual(only(manifests, 'Secret'), [])
  assert.equal(
    the(manifests, 'Deployment', 'shop-orders').spec.template.spec.containers[0].envFrom[0].secretRef.name,
    'shop-orders',
  )
})

test('secrets of a store are named, and addresses of databases put together where it has only their parts', async () => {
  const external = { store: { name: 'aws', kind: 'ClusterSecretStore' }, compose: true }
  const admin = { money: 'rialto/money/admin' }
  const manifests = await render('standard', {
    secrets: { from: 'external', external },
    migrations: { admin },
  })
  assert.deepEqual((await Promise.all(manifests.map(mistakesIn))).flat(), [])
  assert.deepEqual(only(manifests, 'Secret'), [])
  const { spec } = the(manifests, 'ExternalSecret', 'shop-orders')
  assert.deepEqual(spec.dataFrom, [
    { extract: { key: 'rialto/shared' } },
    { extract: { key: 'rialto/orders' } },
  ])
  assert.equal(
    spec.target.template.data.ORDERS_DATABASE_URL,
    'postgres://{{ .username }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/orders?sslmode=verify-full',
  )
  const { env } = the(manifests, 'Job', 'shop-orders-migrations').spec.template.spec.containers[0]
  assert.equal(env.at(-1).valueFrom.secretKeyRef.name, 'shop-money-admin')
  assert.ok(the(manifests, 'ExternalSecret', 'shop-money-admin').metadata.annotations['helm.sh/hook'])
})

test('migrations run before anything is replaced, with the image to come and one database each', async () => {
  const manifests = await shop(service('orders', { canary: { replicas: 1, image: { tag: 'next' } } }))
  const job = the(manifests, 'Job', 'shop-orders-migrations')
  assert.equal(job.metadata.annotations['helm.sh/hook'], 'pre-install,pre-upgrade')
  assert.equal(job.spec.template.spec.containers[0].image, 'registry.example/rialto:next')
  const secret = the(manifests, 'Secret', 'shop-orders-migrations')
  assert.deepEqual(Object.keys(secret.stringData), ['ORDERS_DATABASE_URL'])
  assert.ok(
    Number(secret.metadata.annotations['helm.sh/hook-weight']) < 0,
    'the Secret is there before the job',
  )
  assert.equal(only(manifests, 'Job').length, serviceNames.length)
  assert.deepEqual(only(await shop({ migrations: { job: false } }), 'Job'), [])
})

test('the route leads from the Gateway to the gateway', async () => {
  assert.deepEqual(only(await shop(), 'HTTPRoute'), [])
  const route = {
    enabled: true,
    parents: [{ name: 'public', namespace: 'gateways' }],
    hostnames: ['shop.example'],
  }
  const { spec } = the(await shop({ route }), 'HTTPRoute', 'shop')
  assert.deepEqual(spec.parentRefs, route.parents)
  assert.deepEqual(spec.rules[0].backendRefs, [{ name: 'shop-gateway', port: 3000 }])
  await assert.rejects(shop({ route: { enabled: true } }), /route\.parents: name the Gateway/)
})

test('every process is scraped at its own port', async () => {
  const manifests = await shop()
  const { spec } = the(manifests, 'ServiceMonitor', 'shop')
  const labels: Record<string, string> = the(manifests, 'Service', 'shop-orders').metadata.labels
  for (const [label, value] of Object.entries(spec.selector.matchLabels)) assert.equal(labels[label], value)
  assert.equal(spec.endpoints[0].port, 'metrics')
  assert.equal(labels[spec.jobLabel], 'rialto')
  assert.deepEqual(only(await shop({ monitoring: { serviceMonitor: false } }), 'ServiceMonitor'), [])
})

test('the metric that autoscaling goes by is recorded of what processes tell, and handed on by the adapter', async () => {
  const manifests = await shop()
  const [rule] = the(manifests, 'PrometheusRule', 'shop-queue-age').spec.groups[0].rules
  const hpa = the(manifests, 'HorizontalPodAutoscaler', 'shop-orders').spec
  assert.equal(rule.record, hpa.metrics[1].external.metric.name)
  const told = readFileSync(join(import.meta.dirname, '../../docs/telemetry.md'), 'utf8')
  for (const [name] of rule.expr.matchAll(/rialto_\w+/g)) assert.ok(told.includes(`\`${name}\``), name)
  const adapter = parse(readFileSync(join(import.meta.dirname, 'queue-age.yaml'), 'utf8'))
  assert.match(adapter.rules.external[0].seriesQuery, new RegExp(`^${rule.record}`))
})

test('every rule of Prometheus goes with the chart', async () => {
  const folder = join(import.meta.dirname, '../prometheus')
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))
  const rules = files.filter((name) => parse(readFileSync(join(folder, name), 'utf8')).groups)
  const names = only(await shop(), 'PrometheusRule').map(({ metadata }) => metadata.name)
  const wanted = ['shop-queue-age', ...rules.map((name) => `shop-${name.replace('.yaml', '')}`)]
  assert.deepEqual(names.sort(), wanted.sort())
  assert.deepEqual(only(await shop({ monitoring: { rules: false } }), 'PrometheusRule'), [])
})

test('certificates of a company’s or a cloud’s authority are there for processes and migrations', async () => {
  const manifests = await shop({ authorities: 'authorities' })
  for (const { spec } of [
    the(manifests, 'Deployment', 'shop-orders'),
    the(manifests, 'Job', 'shop-orders-migrations'),
  ]) {
    const pod = spec.template.spec
    assert.ok(
      pod.volumes.some(
        ({ configMap }: { configMap?: { name: string } }) => configMap?.name === 'authorities',
      ),
    )
    const names = pod.containers[0].env.map(({ name }: { name: string }) => name)
    assert.ok(names.includes('NODE_EXTRA_CA_CERTS'))
  }
})

test('a service from a folder is deployed like the others', async () => {
  const loyalty = {
    args: ['./loyalty'],
    image: { repository: 'registry.example/loyalty', tag: '1' },
    database: false,
  }
  const manifests = await shop(service('loyalty', loyalty))
  assert.deepEqual(the(manifests, 'Deployment', 'shop-loyalty').spec.template.spec.containers[0].args, [
    './loyalty',
  ])
})

for (const [what, values, says] of [
  ['a value that is none', { replicas: 3 }, /replicas/],
  ['a service with a misspelt value', service('orders', { replica: 3 }), /replica/],
  ['a secret among the settings', { settings: { RIALTO_SECRET: 'x' } }, /RIALTO_SECRET/],
  [
    'a database among the settings',
    service('orders', { settings: { ORDERS_DATABASE_URL: 'x' } }),
    /ORDERS_DATABASE_URL/,
  ],
  ['a digest that is none', { image: { digest: 'latest' } }, /digest/],
] as const) {
  test(`${what} is refused by name`, async () => {
    await assert.rejects(shop(values), says)
  })
}

function imageOf({ spec }: Manifest): string {
  return spec.template.spec.containers[0].image
}
