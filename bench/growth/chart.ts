import { type Grown, sizeText } from './table.ts'

/** The lines that are worth a look; all others stand in the table. */
const shown = [
  'product page',
  'search, frequent word',
  'category with facets',
  'add to cart',
  'whole checkout',
  'order history',
]
const [width, height, left, right, top, bottom] = [880, 420, 70, 220, 70, 50]

/** p95 against the number of products, both on logarithmic scales. Its colours follow the reader's choice of light or dark. */
export function growthChart(grown: readonly Grown[]): string {
  const names = shown.filter((name) => grown.every(({ works }) => works[name]))
  const all = names.flatMap((name) => grown.map(({ works }) => works[name]?.p95 ?? 1))
  const low = 10 ** Math.floor(Math.log10(Math.min(...all, 1)))
  const high = 10 ** Math.ceil(Math.log10(Math.max(...all, 10)))
  const sizes = grown.map(({ products }) => products)
  const x = scale([Math.min(...sizes), Math.max(...sizes)], [left, width - right])
  const y = scale([low, high], [height - bottom, top])
  const lines = names.map((name, index) => {
    const points = grown.map(({ products, works }) => `${x(products)},${y(works[name]?.p95 ?? low)}`)
    return `<polyline class="line c${index}" points="${points.join(' ')}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">p95 of ${names.join('; ')}, against the number of products</title>
<style>${style}</style>
<text class="head" x="16" y="30">What a shopper waits for as the shop grows</text>
<text class="small" x="16" y="50">p95 in milliseconds against the number of products; less is better</text>
${[...ticks(low, high).map((ms) => across(ms, y(ms))), ...sizes.map((size) => under(size, x(size)))].join('\n')}
${lines.join('\n')}
${labels(names, grown.at(-1), y).join('\n')}
</svg>
`
}

function scale([from, to]: [number, number], [start, end]: [number, number]): (value: number) => string {
  const [first, last] = [Math.log10(from), Math.log10(to > from ? to : from * 10)]
  return (value) => (start + ((Math.log10(value) - first) / (last - first)) * (end - start)).toFixed(1)
}

function ticks(low: number, high: number): number[] {
  return Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, step) => low * 10 ** step)
}

function across(ms: number, y: string): string {
  return `<line class="tick" x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"/>
<text class="small" x="${left - 8}" y="${Number(y) + 4}" text-anchor="end">${ms}</text>`
}

function under(size: number, x: string): string {
  return `<text class="small" x="${x}" y="${height - bottom + 22}" text-anchor="middle">${sizeText(size)}</text>`
}

/** At the ends of the lines, one below the other. */
function labels(names: readonly string[], last: Grown | undefined, y: (value: number) => string): string[] {
  const placed = names
    .map((name, index) => ({ name, index, at: Number(y(last?.works[name]?.p95 ?? 1)) }))
    .sort((a, b) => a.at - b.at)
  let free = top
  return placed.map(({ name, index, at }) => {
    const place = Math.max(at, free)
    free = place + 17
    return `<text class="small t${index}" x="${width - right + 10}" y="${place + 4}">${name}</text>`
  })
}

const light = ['#0f766e', '#b45309', '#7c3aed', '#1d4ed8', '#be123c', '#4b5563']
const dark = ['#2dd4bf', '#fbbf24', '#a78bfa', '#60a5fa', '#fb7185', '#9ca3af']
const colours = (list: readonly string[]) =>
  list.map((colour, index) => `.c${index} { stroke: ${colour} } .t${index} { fill: ${colour} }`).join('\n')
const style = `
text { font: 13px system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; fill: #2b2f36 }
.head { font-size: 17px; font-weight: 600 }
.small { font-size: 12px; fill: #626a76 }
.tick { stroke: #d9dde3; stroke-width: 1 }
.line { fill: none; stroke-width: 2.5 }
${colours(light)}
@media (prefers-color-scheme: dark) {
  text { fill: #dfe3ea }
  .small { fill: #9aa3b2 }
  .tick { stroke: #3a4049 }
  ${colours(dark)}
}`
