import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Chart, type Dashboard, dashboards } from './dashboards.ts'

// node deploy/grafana/write.ts writes the pages that Grafana is given.

const columns = 2
const height = 8

if (import.meta.main)
  for (const dashboard of dashboards)
    writeFileSync(join(import.meta.dirname, 'dashboards', `${dashboard.file}.json`), textOf(dashboard))

export function textOf({ file, title, charts }: Dashboard): string {
  const page = {
    uid: `rialto-${file}`,
    title,
    tags: ['rialto'],
    timezone: 'browser',
    editable: false,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    schemaVersion: 39,
    panels: charts.map(panel),
  }
  return `${JSON.stringify(page, null, 2)}\n`
}

function panel({ title, unit, lines }: Chart, index: number) {
  const width = 24 / columns
  return {
    id: index + 1,
    type: 'timeseries',
    title,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: {
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      w: width,
      h: height,
    },
    fieldConfig: { defaults: { unit, min: 0, custom: { lineWidth: 2, fillOpacity: 8 } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom' },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    targets: lines.map(([legendFormat, expr], number) => ({
      refId: String.fromCharCode(65 + number),
      datasource: { type: 'prometheus', uid: 'prometheus' },
      expr,
      legendFormat,
    })),
  }
}
