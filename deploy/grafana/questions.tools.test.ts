import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { ruleFiles } from '../prometheus/rules.ts'
import { dashboards } from './dashboards.ts'

// A question with a label that its metric does not have is answered, by one line without a name or by none at all.

const documented = readFileSync(join(import.meta.dirname, '../../docs/telemetry.md'), 'utf8')
const row = /^\| `([a-z_]+)` +\| (\w+) +\| ((?:`[a-z_]+` *)*) *\|/gm
const listed = new Map(
  [...documented.matchAll(row)].map(([, name = '', , labels = '']) => [
    name,
    labels.split(/[` ]+/).filter(Boolean),
  ]),
)

interface Rule {
  readonly record?: string
  readonly expr: string
  readonly labels: Readonly<Record<string, string>>
}

type Rules = { readonly groups: readonly { readonly rules: readonly Rule[] }[] }
const rules = Object.values(ruleFiles).flatMap((text) =>
  (parse(text) as Rules).groups.flatMap((group) => group.rules),
)
const recorded = new Map(rules.map(({ record = '', labels }) => [record, Object.keys(labels)]))

/** What Prometheus itself adds. */
const everywhere = ['instance', 'job']

function labelsOf(metric: string): readonly string[] {
  if (/^pg_(?:stat_)?database_/.test(metric)) return [...everywhere, 'datname']
  const own = listed.get(metric.replace(/_(?:bucket|count|sum)$/, '')) ?? recorded.get(metric) ?? []
  return [...everywhere, ...own, ...(metric.endsWith('_bucket') ? ['le'] : [])]
}

function nodesOf(text: string): SyntaxNode[] {
  const nodes: SyntaxNode[] = []
  parser.parse(text).iterate({ enter: ({ node }) => void nodes.push(node) })
  return nodes
}

/** Of a question: whether it can be read, and each label that no metric near it has. */
function faultsOf(text: string, legend = ''): string[] {
  const nodes = nodesOf(text)
  const said = ({ from, to }: SyntaxNode) => text.slice(from, to)
  const inside = (outer: SyntaxNode) => nodes.filter(({ from, to }) => from >= outer.from && to <= outer.to)
  const named = (name: string, outer: SyntaxNode) => inside(outer).filter((node) => node.name === name)
  const known = (outer: SyntaxNode) =>
    named('VectorSelector', outer).flatMap((node) => labelsOf(said(node).split('{')[0] ?? ''))
  const wrong = (labels: readonly SyntaxNode[], outer: SyntaxNode) => {
    const has = known(outer)
    return labels.map(said).filter((label) => !has.includes(label))
  }
  const [whole] = nodes
  if (!whole || nodes.some(({ type }) => type.isError)) return ['it cannot be read']
  const grouped = named('AggregateModifier', whole).flatMap((node) => named('LabelName', node))
  const told = grouped.length > 0 ? grouped.map(said) : known(whole)
  return [
    ...named('VectorSelector', whole).flatMap((node) => wrong(named('LabelName', node), node)),
    ...grouped.flatMap((label) => {
      const modifier = label.parent?.parent
      return modifier?.parent ? wrong([label], modifier.parent) : []
    }),
    ...[...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label).filter((l) => !told.includes(l)),
  ]
}

test('every chart asks by labels that its metrics have, and names its lines by some of them', () => {
  for (const { title, charts } of dashboards)
    for (const chart of charts)
      for (const [legend, expr] of chart.lines)
        assert.deepEqual(faultsOf(expr, legend), [], `${title}: ${chart.title}`)
})

test('every rule asks by labels that its metrics have', () => {
  for (const { expr } of rules) assert.deepEqual(faultsOf(expr), [], expr)
})

test('it is noticed when a label is not there', () => {
  const [limited, kept] = ['rialto_requests_limited_total', 'rialto_kept_replies_total']
  assert.deepEqual(faultsOf(`sum by (kind) (rate(${limited}[5m]))`, '{{kind}}'), ['kind'])
  assert.deepEqual(faultsOf(`rate(${kept}{moon="full"}[5m])`), ['moon'])
  assert.deepEqual(faultsOf(`sum by (result) (${kept})`, '{{instance}}'), ['instance'])
  assert.deepEqual(faultsOf(`sum by (result) (${kept}`), ['it cannot be read'])
})
