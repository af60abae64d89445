import type { MappedService, ServiceCall, ServiceMap } from '@rialto/operations/contract'
import { number } from '../format.ts'
import { go, pathTo } from '../router.ts'
import { Scroll, standing } from './basics.tsx'

const box = { width: 148, height: 54 }
const gap = { x: 74, y: 22 }
const rows = 4

interface Place {
  readonly x: number
  readonly y: number
}

/** Who asks whom, as a picture; the tables below it say the same in words. */
export function Picture({ map }: { map: ServiceMap }) {
  const places = placesOf(map.services)
  const columns = 1 + Math.ceil((map.services.length - 1) / rows)
  const width = columns * (box.width + gap.x) - gap.x + 4
  const height = rows * (box.height + gap.y) - gap.y + 4
  const calls = map.calls.filter(({ from, to }) => places.has(from) && places.has(to))
  return (
    <figure className="map">
      <Scroll className="scroll" label="Map of the services">
        <svg viewBox={`-2 -2 ${width} ${height}`} style={{ minWidth: `${width * 0.8}px` }}>
          <title>Services and who asks whom</title>
          {calls.map((call) => (
            <Edge key={`${call.from} ${call.to} ${call.kind}`} call={call} places={places} />
          ))}
          {map.services.map((service) => (
            <Node key={service.name} service={service} place={places.get(service.name) as Place} />
          ))}
        </svg>
      </Scroll>
      <figcaption>
        Lines are calls of the latest traces, dashed ones are messages; red ones had failures.
      </figcaption>
    </figure>
  )
}

/** The gateway stands before all others. */
function placesOf(services: readonly MappedService[]): Map<string, Place> {
  const others = services.filter(({ name }) => name !== 'gateway')
  const middle = ((rows - 1) * (box.height + gap.y)) / 2
  const places = others.map(({ name }, index) => {
    const x = (1 + Math.floor(index / rows)) * (box.width + gap.x)
    return [name, { x, y: (index % rows) * (box.height + gap.y) }] as const
  })
  return new Map([['gateway', { x: 0, y: middle }], ...places])
}

function Node({ service, place }: { service: MappedService; place: Place }) {
  const [tone, word] = standing(service)
  const to = `${pathTo('traces')}?service=${service.name}`
  const rate =
    service.perMinute > 0 ? `${number(service.perMinute)}/min` : service.name === 'gateway' ? word : 'idle'
  const crowd = service.instances > 1 ? ` ×${service.instances}` : ''
  return (
    <a
      href={to}
      className={`node ${tone}`}
      onClick={(event) => {
        event.preventDefault()
        go(to)
      }}
    >
      <rect x={place.x} y={place.y} width={box.width} height={box.height} rx={11} />
      <circle cx={place.x + 17} cy={place.y + 20} r={5} />
      <text x={place.x + 29} y={place.y + 25} className="name">
        {service.name}
        {crowd}
      </text>
      <text x={place.x + 13} y={place.y + 44}>
        {word === 'ready' ? rate : word}
      </text>
    </a>
  )
}

function Edge({ call, places }: { call: ServiceCall; places: ReadonlyMap<string, Place> }) {
  const from = places.get(call.from) as Place
  const to = places.get(call.to) as Place
  const forward = to.x > from.x
  const start = { x: from.x + (forward || to.x === from.x ? box.width : 0), y: from.y + box.height / 2 }
  const end = { x: to.x + (forward ? 0 : box.width), y: to.y + box.height / 2 }
  const bend = Math.max(34, Math.abs(end.x - start.x) / 2)
  const outward = to.x === from.x ? bend : forward ? bend : -bend
  const inward = to.x === from.x ? bend : -outward
  const path = `M${start.x} ${start.y} C${start.x + outward} ${start.y} ${end.x + inward} ${end.y} ${end.x} ${end.y}`
  return (
    <path
      className={`edge ${call.kind} ${call.failed > 0 ? 'bad' : ''}`}
      d={path}
      strokeWidth={Math.min(4, 1 + Math.log10(call.count))}
    />
  )
}
