import { type Alarm, alarms } from './alarms.ts'
import { burns, type Slo, slos } from './slos.ts'

/** Where an operator reads the pages of docs/runbooks; another place is given when the rules are written. */
const pages = process.env.RUNBOOKS_URL ?? 'https://rialto.example/docs/runbooks'
const windows = [...new Set(burns.flatMap(({ short, long }) => [short, long]))]

/** The rules as Prometheus reads them. */
export const ruleFiles: Readonly<Record<string, string>> = {
  'slos.yaml': file(
    'What shoppers may rely on, and alarms when the room for errors burns too fast.',
    group('rialto-slos', [...slos.map(room), ...slos.flatMap(recordings)]) +
      group('rialto-slo-alarms', slos.flatMap(burnAlarms)),
  ),
  'alarms.yaml': file(
    'What a person has to look at, whatever shoppers notice of it.',
    group('rialto-alarms', alarms.map(alarm)),
  ),
}

/** The part of all that may be bad. */
function room({ name, objective }: Slo): string {
  const part = Number((1 - objective).toFixed(6))
  return rule({ record: 'rialto:slo_room', expr: `vector(${part})`, labels: { slo: name } })
}

function recordings({ name, bad, all }: Slo): string[] {
  return windows.map((window) =>
    rule({
      record: `rialto:slo_errors:ratio_rate${window}`,
      expr: `${bad(window)}\n  / (${all(window)} > 0)`,
      labels: { slo: name },
    }),
  )
}

/** Both windows have to burn: the long one says that it matters, the short one that it is still so. */
function burnAlarms({ name, says, objective, runbook }: Slo): string[] {
  const part = Number((1 - objective).toFixed(6))
  return burns.map(({ long, short, factor, severity, lasts }) =>
    rule({
      alert: 'SloBurns',
      expr: `rialto:slo_errors:ratio_rate${long}{slo="${name}"} > ${factor} * ${part}
  and rialto:slo_errors:ratio_rate${short}{slo="${name}"} > ${factor} * ${part}`,
      for: lasts,
      labels: { severity, slo: name, window: long },
      annotations: {
        summary: `${name}: “${says}” fails for {{ $value | humanizePercentage }} of ${long}.`,
        runbook_url: `${pages}/${runbook}.md`,
      },
    }),
  )
}

function alarm({ name, expr, lasts, severity, summary, runbook }: Alarm): string {
  const annotations = { summary, runbook_url: `${pages}/${runbook}.md` }
  return rule({ alert: name, expr, for: lasts, labels: { severity }, annotations })
}

interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

function rule({ record, alert, expr, for: lasts, labels, annotations }: Rule): string {
  const maps = Object.entries({ labels, annotations }).map(([name, map]) =>
    map ? `        ${name}:\n${entries(map)}` : '',
  )
  return [
    record ? `      - record: ${record}\n` : `      - alert: ${alert}\n`,
    `        expr: |-\n${expr.replace(/^/gm, '          ')}\n`,
    lasts ? `        for: ${lasts}\n` : '',
    ...maps,
  ].join('')
}

function entries(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([name, value]) => `          ${name}: ${JSON.stringify(value)}\n`)
    .join('')
}

function group(name: string, rules: readonly string[]): string {
  return `  - name: ${name}\n    interval: 30s\n    rules:\n${rules.join('')}`
}

function file(says: string, groups: string): string {
  return `# ${says}\n# Written by \`node deploy/prometheus/write.ts\` from slos.ts and alarms.ts beside it.\n\ngroups:\n${groups}`
}
