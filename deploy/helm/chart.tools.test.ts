import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseSettings, processSettings } from '../../platform-settings.ts'
import { loadServices, serviceNames } from '../../services.ts'
import { processNames } from '../touched.ts'
import { lint, type Manifest, only, ownShop, render, sizes, the } from './manifests.ts'
import { mistakesIn } from './schemas.ts'

const everything = {
  route: { enabled: true, parents: [{ name: 'public', namespace: 'gateways' }], hostnames: ['shop.example'] },
  monitoring: { serviceMonitor: true, rules: true },
  services: { orders: { canary: { replicas: 1, image: { tag: 'next' } } } },
}

for (const size of sizes) {
  test(`Helm finds nothing to say against the ${size} size`, async () => {
    assert.match(await lint(size, ownShop), /1 chart\(s\) linted, 0 chart\(s\) failed/)
  })

  test(`Kubernetes knows all that the ${size} size tells it`, async () => {
    const manifests = await render(size, ownShop, everything)
    const mistakes = await Promise.all(manifests.map(mistakesIn))
    assert.deepEqual(mistakes.flat(), [])
    assert.equal(only(manifests, 'Deployment').length, processNames.length + 1)
  })
}

test('a wrong type and an unknown field in a manifest are noticed', async () => {
  const manifest = the(await render('small', ownShop), 'Deployment', 'shop-orders')
  const wrong = structuredClone(manifest)
  wrong.spec.replicas = 'two'
  assert.match((await mistakesIn(wrong)).join(), /Deployment shop-orders: \/spec\/replicas/)
  const unknown = structuredClone(manifest)
  unknown.spec.template.spec.containers[0].readynessProbe = {}
  assert.deepEqual(await mistakesIn(unknown), [
    'Deployment shop-orders: /spec/template/spec/containers/0/readynessProbe is unknown',
  ])
})

test('every process of the platform is deployed, and nothing else', async () => {
  const names = only(await render('standard', ownShop), 'Deployment').map(({ metadata }) => metadata.name)
  assert.deepEqual(names.sort(), processNames.map((name) => `shop-${name}`).sort())
})

test('no process is root, writes to its image, or may gain a right', async () => {
  const manifests = await render('standard', ownShop)
  const pods = [...only(manifests, 'Deployment'), ...only(manifests, 'Job')].map(
    ({ spec }) => spec.template.spec,
  )
  assert.ok(pods.length > processNames.length)
  for (const pod of pods) {
    assert.equal(pod.automountServiceAccountToken, false)
    assert.equal(pod.securityContext.runAsNonRoot, true)
    assert.deepEqual(pod.securityContext.seccompProfile, { type: 'RuntimeDefault' })
    const [container] = pod.containers
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      privileged: false,
      capabilities: { drop: ['ALL'] },
    })
    assert.ok(container.resources.requests.cpu && container.resources.limits.memory)
  }
})

test('a process is asked whether it lives and whether it takes work, at the addresses that it has', async () => {
  const [{ startupProbe, livenessProbe, readinessProbe, ports, env }] = await containersOf('orders')
  assert.equal(startupProbe.httpGet.path, '/health/live')
  assert.equal(livenessProbe.httpGet.path, '/health/live')
  assert.equal(readinessProbe.httpGet.path, '/health/ready')
  const port = ports.find(({ name }: { name: string }) => name === 'http').containerPort
  assert.equal(settingIn(env, 'PORT'), String(port))
  // Migrations of a large table may take minutes, and nobody must kill them.
  assert.ok(startupProbe.periodSeconds * startupProbe.failureThreshold >= 300)
})

test('a process has the time to end that it takes, and the gateway a pause before', async () => {
  for (const [name, pauseSeconds] of [
    ['orders', 0],
    ['gateway', 5],
  ] as const) {
    const pod = the(await render('standard', ownShop), 'Deployment', `shop-${name}`).spec.template.spec
    assert.equal(pod.containers[0].lifecycle?.preStop.sleep.seconds ?? 0, pauseSeconds)
    // rialto.ts ends by itself 5 s after it was asked to.
    assert.ok(pod.terminationGracePeriodSeconds >= pauseSeconds + 5 + 5)
  }
  await assert.rejects(render('small', ownShop, { drainMs: 6_000 }), /drainMs/)
})

test('what the chart tells processes are settings that they know', async () => {
  const services = await loadServices(serviceNames)
  const declared = [processSettings, databaseSettings(serviceNames), ...services]
  const known = new Set(declared.flatMap(({ config }) => Object.keys(config?.properties ?? {})))
  // Read by Node itself, and by what measures.
  const others = new Set(['NODE_EXTRA_CA_CERTS', 'METRICS_PORT'])
  for (const size of sizes) {
    for (const { spec } of only(await render(size, ownShop, { authorities: 'ca' }), 'Deployment')) {
      const names = spec.template.spec.containers[0].env.map(({ name }: { name: string }) => name)
      assert.deepEqual(
        names.filter((name: string) => !known.has(name) && !others.has(name)),
        [],
      )
    }
  }
})

test('processes find each other by the names of the services that the chart makes', async () => {
  const manifests = await render('standard', ownShop)
  const [{ env }] = await containersOf('orders')
  assert.equal(settingIn(env, 'SERVICE_DNS'), 'shop-{service}:3000')
  for (const name of serviceNames)
    assert.equal(the(manifests, 'Service', `shop-${name}`).spec.clusterIP, 'None')
})

// biome-ignore lint/suspicious/noExplicitAny: as in a manifest.
async function containersOf(name: string): Promise<any> {
  return the(await render('standard', ownShop), 'Deployment', `shop-${name}`).spec.template.spec.containers
}

function settingIn(env: Manifest['env'], wanted: string): string {
  return env.find(({ name }: { name: string }) => name === wanted)?.value
}
