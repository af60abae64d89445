import type { ContractInfo, EventType } from '@rialto/kit/contract'
import { Envelope, envelopeContentType } from '@rialto/kit/envelope'
import { type Json, reference } from './named-schemas.ts'

/** Derives the AsyncAPI 3 document of all events from the contracts. */
export function asyncApi(contracts: readonly ContractInfo[], { version }: { version: string }): Json {
  const schemas = new Map<string, Json>()
  const channels: Record<string, Json> = {}
  const operations: Record<string, Json> = {}
  const messages: Record<string, Json> = {}
  for (const { name: service, events } of contracts) {
    for (const [event, versions] of Map.groupBy(events, ({ name }) => name)) {
      const named = versions.map((each) => [messageName(each), each] as const)
      for (const [name, each] of named) messages[name] = messageOf(service, each, schemas)
      channels[event] = channelOf(
        event,
        named.map(([name]) => name),
      )
      operations[`say.${event}`] = {
        action: 'send',
        summary: `${service} says ${event}`,
        channel: { $ref: `#/channels/${event}` },
        tags: [{ name: service }],
        messages: named.map(([name]) => ({ $ref: `#/channels/${event}/messages/${name}` })),
      }
    }
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Rialto events',
      version,
      description,
      license: { name: 'MIT' },
      tags: contracts
        .filter(({ events }) => events.length > 0)
        .map(({ name, summary }) => ({ name, description: summary })),
    },
    defaultContentType: envelopeContentType,
    channels,
    operations,
    components: { messages, schemas: { Envelope: plain(Envelope), ...Object.fromEntries(schemas) } },
  }
}

const description = `What the services of a shop say to each other, over NATS JetStream: each event in the envelope of
CloudEvents 1.0, as structured JSON. One that is larger than 256 KiB is packed, which its header \`Content-Encoding: gzip\`
tells.

An event may come more than once, and in another order than it was said. Its \`id\` tells a repeat, and
\`aggregateversion\` a late one. Under one version an event only gains fields.`

/** \`order.placed\` in version 1: \`order.placed.v1\`. */
function messageName({ name, version }: EventType): string {
  return `${name}.v${version}`
}

function channelOf(event: string, messages: readonly string[]): Json {
  return {
    address: `rialto.${event}.{aggregateId}`,
    title: event,
    description: `Kept for seven days in the stream rialto-${event.split('.', 1)[0]}.`,
    parameters: { aggregateId: { description: 'Of what changed, such as ord_01h455vb4pex5vsknk084sn02q' } },
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
  }
}

function messageOf(service: string, event: EventType, schemas: Map<string, Json>): Json {
  const name = messageName(event)
  return {
    name: `rialto.${name}`,
    title: `${event.name}, version ${event.version}`,
    tags: [{ name: service }],
    contentType: envelopeContentType,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/Envelope' },
        {
          type: 'object',
          properties: {
            type: { type: 'string', const: `rialto.${name}` },
            source: { type: 'string', const: `/${service}` },
            data: reference(event.schema, schemas),
          },
        },
      ],
    },
  }
}

/** Without what the schema's library keeps for itself. */
function plain(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema)) as Json
}
