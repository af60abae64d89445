import { useId } from 'react'
import { clockOf } from '../format.ts'

export interface Series {
  readonly name: string
  readonly points: readonly { readonly at: number; readonly value: number }[]
}

const size = { width: 520, height: 150 }
const pad = { left: 4, right: 4, top: 8, bottom: 4 }
/** Between two points that are further apart nothing is known. */
const gapMs = 25_000

/** Lines over time. Its legend has the latest and the highest value of each, which is what the picture shows. */
export function Chart({
  title,
  series,
  format,
}: {
  title: string
  series: readonly Series[]
  format: (value: number) => string
}) {
  const id = useId()
  const points = series.flatMap((each) => each.points)
  const from = Math.min(...points.map(({ at }) => at))
  const until = Math.max(...points.map(({ at }) => at))
  const top = Math.max(...points.map(({ value }) => value), 0)
  const x = (at: number) =>
    pad.left + ((at - from) / Math.max(1, until - from)) * (size.width - pad.left - pad.right)
  const y = (value: number) =>
    size.height - pad.bottom - (top > 0 ? value / top : 0) * (size.height - pad.top - pad.bottom)
  return (
    <figure className="chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <p className="top">{format(top)}</p>
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        <line x1="0" x2={size.width} y1={y(top)} y2={y(top)} className="grid" />
        <line x1="0" x2={size.width} y1={y(0)} y2={y(0)} className="grid" />
        {series.map((each, index) => (
          <path key={each.name} d={pathOf(each, x, y)} className={`line hue-${index % 6}`} />
        ))}
      </svg>
      {Number.isFinite(from) && (
        <p className="axis">
          <span>{clockOf(new Date(from).toISOString())}</span>
          <span>{clockOf(new Date(until).toISOString())}</span>
        </p>
      )}
      <ul className="legend">
        {series.map(({ name, points: own }, index) => (
          <li key={name}>
            <span className={`dot hue-${index % 6}`} aria-hidden="true" />
            <span className="name">{name}</span>
            <span className="number">
              {format(own.at(-1)?.value ?? 0)}
              <span className="visually-hidden">
                {' '}
                just now, at most {format(Math.max(...own.map(({ value }) => value), 0))}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

function pathOf({ points }: Series, x: (at: number) => number, y: (value: number) => number): string {
  return points
    .map(({ at, value }, index) => {
      const before = points[index - 1]
      const joins = before && at - before.at <= gapMs
      // A point alone is a dot, as the ends of lines are round.
      return `${joins ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}${joins ? '' : 'h0'}`
    })
    .join('')
}
