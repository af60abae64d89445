import { type ByPlatform, figure } from './compared.ts'
import { type PlatformName, platformNames } from './platform.ts'

export interface Bar {
  readonly says: string
  readonly perSecond: ByPlatform<number>
}

const width = 880
const left = 300
const right = 90
const top = 76
const barHeight = 11
const barGap = 3
const rowGap = 17
const rowHeight = 3 * (barHeight + barGap) + rowGap

/**
 * Operations per second as bars on a logarithmic scale, one group for each kind of work, with the figure at the end
 * of each bar. Its colours follow the reader's choice of light or dark.
 */
export function chartOf(rows: readonly Bar[], titles: Readonly<Record<PlatformName, string>>): string {
  const values = rows.flatMap(({ perSecond }) => Object.values(perSecond)).filter((value) => value > 0)
  const [lowest, highest] = [Math.min(...values, 1), Math.max(...values, 10)]
  const first = Math.floor(Math.log10(lowest))
  const last = Math.ceil(Math.log10(highest))
  const x = (value: number) => left + ((Math.log10(value) - first) / (last - first)) * (width - left - right)
  const height = top + rows.length * rowHeight + 34
  const parts = [
    ...Array.from({ length: last - first + 1 }, (_, step) =>
      tick(x(10 ** (first + step)), first + step, height),
    ),
    ...legend(titles),
    ...rows.map((row, index) => group(row, top + index * rowHeight, x)),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Operations per second of ${platformNames.map((name) => titles[name]).join(', ')}</title>
<style>${style}</style>
<text class="head" x="16" y="30">Operations per second</text>
<text class="small" x="16" y="50">more is better; each line is ten times the one before</text>
${parts.join('\n')}
</svg>
`
}

const style = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: #2b2f36 }
.head { font-size: 17px; font-weight: 600 }
.small { font-size: 12px; fill: #626a76 }
.figure { font-size: 11px; fill: #454c57 }
.own { font-weight: 700; fill: #14171c }
.tick { stroke: #d9dde3; stroke-width: 1 }
.rialto { fill: #0f766e }
.medusa { fill: #9aa3b2 }
.vendure { fill: #c3b8a5 }
@media (prefers-color-scheme: dark) {
  text { fill: #dfe3ea }
  .small { fill: #9aa3b2 }
  .figure { fill: #b9c0cb }
  .own { fill: #ffffff }
  .tick { stroke: #3a4049 }
  .rialto { fill: #2dd4bf }
  .medusa { fill: #78818f }
  .vendure { fill: #8f8472 }
}`

function tick(x: number, power: number, height: number): string {
  const bottom = height - 28
  const label = figure(10 ** power).replace(/\.?0+$/, (zeros) => (power < 0 ? '' : zeros))
  return `<line class="tick" x1="${at(x)}" x2="${at(x)}" y1="${top - 8}" y2="${bottom}"/>
<text class="small" x="${at(x)}" y="${bottom + 17}" text-anchor="middle">${label}</text>`
}

function legend(titles: Readonly<Record<PlatformName, string>>): string[] {
  return platformNames.map((name, index) => {
    const x = width - 390 + index * 130
    return `<rect class="${name}" x="${x}" y="20" width="12" height="12" rx="2"/>
<text class="small" x="${x + 18}" y="30">${titles[name]}</text>`
  })
}

function group({ says, perSecond }: Bar, y: number, x: (value: number) => number): string {
  const middle = y + (3 * (barHeight + barGap)) / 2
  const bars = platformNames.map((name, index) => {
    const value = perSecond[name]
    const own = y + index * (barHeight + barGap)
    if (value === undefined || !(value > 0)) return ''
    const length = Math.max(2, x(value) - left)
    const weight = name === 'rialto' ? 'figure own' : 'figure'
    return `<rect class="${name}" x="${left}" y="${own}" width="${at(length)}" height="${barHeight}" rx="2"/>
<text class="${weight}" x="${at(left + length + 6)}" y="${own + barHeight - 1.5}">${figure(value)}</text>`
  })
  return `${label(says, middle)}\n${bars.join('\n')}`
}

/** In two lines where one would be too long. */
function label(says: string, middle: number): string {
  const words = says.split(' ')
  const lines: string[] = ['']
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`.trim()
    if (line.length > 40 && lines.at(-1)) lines.push(word)
    else lines[lines.length - 1] = line
  }
  const first = middle - ((lines.length - 1) * 16) / 2 + 3
  return lines
    .map(
      (line, index) =>
        `<text x="${left - 14}" y="${at(first + index * 16)}" text-anchor="end">${escaped(line)}</text>`,
    )
    .join('\n')
}

function at(figure: number): string {
  return figure.toFixed(1)
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
