import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { serviceNames } from '../../services.ts'
import { dashboards } from '../grafana/dashboards.ts'
import { textOf } from '../grafana/write.ts'
import { ruleFiles } from './rules.ts'
import { slos } from './slos.ts'

const root = join(import.meta.dirname, '../..')
const documented = readFileSync(join(root, 'docs/telemetry.md'), 'utf8')
const read = (path: string) => readFileSync(join(root, 'deploy', path), 'utf8')

/** Metrics of the shop that a question asks for. Those with colons are written by the rules themselves. */
function asked(text: string): string[] {
  const names = text.match(/\b(?:rialto|process|nodejs)_[a-z_]+(?![a-z_:])/g) ?? []
  return [...new Set(names.map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))]
}

const unknown = (text: string) => asked(text).filter((name) => !documented.includes(`\`${name}\``))

test('the rules and dashboards that are read are the ones that are written here', () => {
  for (const [name, text] of Object.entries(ruleFiles)) assert.equal(read(`prometheus/${name}`), text, name)
  for (const dashboard of dashboards)
    assert.equal(read(`grafana/dashboards/${dashboard.file}.json`), textOf(dashboard), dashboard.title)
})

test('every metric that an alarm or a chart asks for is one that the shop tells', () => {
  const rules = Object.values(ruleFiles).join('\n')
  const charts = dashboards.flatMap(({ charts }) =>
    charts.flatMap(({ lines }) => lines.map(([, expr]) => expr)),
  )
  assert.deepEqual(unknown(rules), [])
  assert.deepEqual(unknown(charts.join('\n')), [])
  assert.ok(asked(rules).length >= 12 && asked(charts.join('\n')).length >= 25)
})

test('it is noticed when one is asked for that nobody tells', () => {
  assert.deepEqual(unknown('rate(rialto_moons_total[5m]) + rialto_outbox_messages'), ['rialto_moons_total'])
})

test('Prometheus looks for every part of the fleet', () => {
  const config = read('prometheus/prometheus.yaml')
  for (const name of [...serviceNames, 'gateway']) assert.match(config, new RegExp(`^ +- ${name}$`, 'm'))
})

test('an objective leaves room for errors, and less than a hundredth', () => {
  for (const { name, objective } of slos) assert.ok(objective >= 0.99 && objective < 1, name)
})
