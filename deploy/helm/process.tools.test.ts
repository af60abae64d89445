import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startThrowawayPostgres } from '@rialto/kit/postgres'
import { until } from '@rialto/kit/until'
import { type Manifest, ownShop, render, the } from './manifests.ts'

// What the chart tells a container, told to a process on this machine.

const root = join(import.meta.dirname, '../..')
const postgres = await startThrowawayPostgres()
const folder = mkdtempSync(join(tmpdir(), 'rialto-chart-'))
after(async () => {
  await postgres.stop()
  rmSync(folder, { recursive: true })
})

const url = new URL(postgres.adminUrl)
Object.assign(url, { username: 'pricing', password: 'none', pathname: '/pricing' })
const [port, metrics] = await Promise.all([freePort(), freePort()])
const manifests = await render('small', ownShop, {
  ports: { http: port, metrics },
  migrations: { admin: { selling: 'admin' } },
  services: { pricing: { secrets: { PRICING_DATABASE_URL: url.href } } },
})
const secrets: Record<string, Record<string, string>> = { admin: { ADMIN_DATABASE_URL: postgres.adminUrl } }
for (const name of ['shop-pricing', 'shop-pricing-migrations'])
  secrets[name] = the(manifests, 'Secret', name).stringData

test('the migration job makes an empty server ready', async () => {
  const { spec } = the(manifests, 'Job', 'shop-pricing-migrations').spec.template
  const [code, said] = await ended(start(spec.containers[0]))
  assert.deepEqual([code, said], [0, 'The database of pricing has the newest schema.\n'])
})

test('then the process opens, answers its probes, and ends in the time that it has', async () => {
  const { spec } = the(manifests, 'Deployment', 'shop-pricing').spec.template
  const [container] = spec.containers
  const child = start(container)
  const ending = ended(child)
  const answers = (probe: { httpGet: { path: string } }) =>
    fetch(`http://127.0.0.1:${port}${probe.httpGet.path}`).then(
      ({ status }) => status === 200,
      () => false,
    )
  await until('the process opens', () => answers(container.startupProbe))
  assert.ok(await answers(container.livenessProbe))
  assert.ok(await answers(container.readinessProbe))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), spec.terminationGracePeriodSeconds * 1_000)
  const [code] = await ending
  clearTimeout(timer)
  assert.equal(code, 0)
})

/** As a container would: nothing of this machine's environment, and its own folder to write to. */
function start({
  command = ['node', 'rialto.ts'],
  args,
  env = [],
  envFrom = [],
}: Manifest['spec']): ChildProcess {
  const told: Record<string, string> = { PATH: process.env.PATH ?? '' }
  for (const { secretRef } of envFrom) Object.assign(told, secrets[secretRef.name])
  for (const { name, value, valueFrom } of env) {
    const { secretKeyRef } = valueFrom ?? {}
    told[name] = value ?? (secretKeyRef ? secrets[secretKeyRef.name]?.[secretKeyRef.key] : '127.0.0.1')
  }
  const [, ...words] = [...command, ...args]
  return spawn(process.execPath, words, { cwd: root, env: { ...told, RIALTO_DATA: folder } })
}

async function ended(child: ChildProcess): Promise<[code: number | null, said: string]> {
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text) => {
      said += text
    })
  }
  const [code] = await once(child, 'close')
  return [code, said]
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
