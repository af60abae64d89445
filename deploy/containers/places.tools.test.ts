import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { serviceNames } from '../../services.ts'

// What watches is several programs with a file each. What one of them names, another one has to be or to have.

const deploy = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(deploy, path), 'utf8')
const composed = read('compose.yaml')

interface Container {
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly logging?: { readonly options: { readonly tag: string } }
}

const { services } = parse(composed, { merge: true }) as { services: Readonly<Record<string, Container>> }
const parts = [...serviceNames, 'gateway']

const parsed = <Shape>(path: string) => parse(read(path)) as Shape

interface Collector {
  readonly receivers: {
    readonly otlp: { readonly protocols: { readonly http: { readonly endpoint: string } } }
    readonly filelog: { readonly operators: readonly object[] }
  }
  readonly processors: object
  readonly exporters: object
  readonly extensions: object
  readonly service: {
    readonly extensions: readonly string[]
    readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  }
}

interface Loki {
  readonly server: { readonly http_listen_port: number }
  readonly common: { readonly path_prefix: string }
}

interface Tempo {
  readonly server: { readonly http_listen_port: number }
  readonly distributor: {
    readonly receivers: {
      readonly otlp: { readonly protocols: { readonly grpc: { readonly endpoint: string } } }
    }
  }
  readonly storage: { readonly trace: { readonly wal: { readonly path: string } } }
}

interface Job {
  readonly static_configs?: readonly { readonly targets: readonly string[] }[]
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[]
}

const collector = parsed<Collector>('collector/collector.yaml')
const loki = parsed<Loki>('loki/loki.yaml')
const tempo = parsed<Tempo>('tempo/tempo.yaml')
const prometheus = parsed<{ readonly scrape_configs: readonly Job[] }>('prometheus/prometheus.yaml')
const sources = 'grafana/provisioning/datasources/rialto.yaml'
const { datasources } = parsed<{ readonly datasources: readonly { readonly uid: string }[] }>(sources)
const { providers } = parsed<{
  readonly providers: readonly { readonly options: { readonly path: string } }[]
}>('grafana/provisioning/dashboards/rialto.yaml')
const dashboards = readdirSync(join(deploy, 'grafana/dashboards')).map((file) =>
  read(`grafana/dashboards/${file}`),
)

const portOf = (endpoint: string) => Number(endpoint.split(':').at(-1))

/** Where each container listens, as its own file says; those without one listen where their image does. */
const listens: Readonly<Record<string, readonly number[]>> = {
  collector: [portOf(collector.receivers.otlp.protocols.http.endpoint)],
  loki: [loki.server.http_listen_port],
  tempo: [tempo.server.http_listen_port, portOf(tempo.distributor.receivers.otlp.protocols.grpc.endpoint)],
  nats: [Number(/^port: (\d+)$/m.exec(read('nats/nats.conf'))?.[1])],
  prometheus: [9090],
  'postgres-exporter': [9187],
  postgres: [5432],
  valkey: [6379],
  ...Object.fromEntries(
    parts.map((part) => [part, [3000, Number(services[part]?.environment?.METRICS_PORT)]]),
  ),
}

/** Each place that a text names, such as `tempo:4317`. */
function placesIn(text: string): string[] {
  const code = text.replace(/^\s*#.*$/gm, '')
  return [...code.matchAll(/(?:\/\/|@|[ "'])([a-z][a-z-]+:\d{4,5})(?![\d.])/g)].map(([, place = '']) => place)
}

function strangers(places: readonly string[]): string[] {
  return places.filter((place) => {
    const [host = '', port] = place.split(':')
    return host !== 'localhost' && !(host in services && listens[host]?.includes(Number(port)))
  })
}

test('every place that is named is a container, and it listens there', () => {
  const scraped = prometheus.scrape_configs.flatMap(({ static_configs = [], dns_sd_configs = [] }) => [
    ...static_configs.flatMap(({ targets }) => targets),
    ...dns_sd_configs.flatMap(({ names, port }) => names.map((name) => `${name}:${port}`)),
  ])
  const files = ['collector/collector.yaml', sources, 'compose.yaml']
  const named = files.flatMap((file) => placesIn(read(file)))
  assert.deepEqual(strangers([...named, ...scraped]), [])
  for (const place of [
    'tempo:4317',
    'loki:3100',
    'prometheus:9090',
    'collector:4318',
    'nats:4222',
    'tempo:3200',
  ])
    assert.ok(named.includes(place), place)
  assert.equal(scraped.length, parts.length + 1)
})

test('it is noticed when a place is nowhere', () => {
  assert.deepEqual(
    strangers(placesIn('endpoint: tempo:4318\nurl: http://moon:3100\nurl: http://loki:3100')),
    ['tempo:4318', 'moon:3100'],
  )
})

test('what a pipeline of the collector names is there, and what is there is used', () => {
  const { pipelines, extensions } = collector.service
  for (const kind of ['receivers', 'processors', 'exporters'] as const) {
    const used = new Set(Object.values(pipelines).flatMap((pipeline) => pipeline[kind] ?? []))
    assert.deepEqual([...used].sort(), Object.keys(collector[kind]).sort(), kind)
  }
  assert.deepEqual(extensions, Object.keys(collector.extensions))
})

test('the collector takes the lines of the parts of the shop, and reads of them what they hold', () => {
  const expr = JSON.stringify(collector.receivers.filelog.operators)
  const [, prefix = 'none'] = /startsWith \\"(\w+\/)\\"/.exec(expr) ?? []
  for (const part of parts) assert.ok(services[part]?.logging?.options.tag.startsWith(prefix), part)
  assert.match(read('../kit/telemetry.ts'), /traceId: span\.traceId/)
  assert.match(expr, /"trace_id":\{"parse_from":"attributes\.traceId"\}/)
})

test('every source of data that Grafana is asked for is one that it has', () => {
  const uids = datasources.map(({ uid }) => uid)
  const asked = [...dashboards, read(sources)].flatMap((text) =>
    [...text.matchAll(/(?:"uid"|datasourceUid): "?([a-z-]+)/g)].map(([, uid = '']) => uid),
  )
  const pages = dashboards.map((text) => (JSON.parse(text) as { uid: string }).uid)
  assert.equal(new Set(pages).size, pages.length)
  assert.deepEqual(
    asked.filter((uid) => ![...uids, ...pages].includes(uid)),
    [],
  )
  assert.ok(asked.length > 20)
})

test('every file that a container is told of is mounted there, and is a file here', () => {
  for (const [name, { command = [], environment = {}, volumes = [] }] of Object.entries(services)) {
    const mounts = volumes.map((volume) => volume.split(':') as [string, string])
    for (const [from] of mounts) if (from.startsWith('.')) assert.ok(existsSync(join(deploy, from)), from)
    const told = [...command, ...Object.values(environment)].join(' ').match(/\/etc\/[\w./-]+/g) ?? []
    for (const path of told) {
      const [from, to] = mounts.find(([, to]) => path === to || path.startsWith(`${to}/`)) ?? []
      assert.ok(from && to, `${name}: nothing is mounted at ${path}`)
      assert.ok(existsSync(join(deploy, from, path.slice(to.length))), `${name}: ${path}`)
    }
  }
})

test('Grafana looks for pages where they are mounted', () => {
  const mounted = services.grafana?.volumes?.map((volume) => volume.split(':')[1])
  for (const { options } of providers) assert.ok(mounted?.includes(options.path), options.path)
  assert.ok(mounted?.includes('/etc/grafana/provisioning'))
})

test('Prometheus, Loki and Tempo write where a volume is', () => {
  const written = { loki: loki.common.path_prefix, tempo: tempo.storage.trace.wal.path }
  for (const [name, path] of Object.entries(written))
    assert.ok(
      services[name]?.volumes?.some((volume) => path.startsWith(volume.split(':')[1] ?? 'nowhere')),
      path,
    )
})
