import { gunzipSync, gzipSync } from 'node:zlib'
import { type Static, Type } from 'typebox'
import type { Message } from './message.ts'
import { checker } from './validation.ts'

/** CloudEvents 1.0 in structured JSON: what travels between services. Attributes it does not name are let through. */
export const Envelope = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ minLength: 1, maxLength: 200 }),
  type: Type.String({
    pattern: '^rialto\\.[a-z0-9.-]+\\.v[0-9]{1,6}$',
    examples: ['rialto.order.placed.v1'],
  }),
  source: Type.String({ pattern: '^/[a-z0-9-]+$', description: 'The service that says it: `/orders`' }),
  subject: Type.String({ minLength: 1, maxLength: 200, description: 'The aggregate that changed' }),
  aggregateversion: Type.Integer({
    description: 'Its version after the change, by which a late event is known',
  }),
  time: Type.String({ format: 'date-time' }),
  datacontenttype: Type.Literal('application/json'),
  traceparent: Type.Optional(Type.String({ maxLength: 200 })),
  data: Type.Unknown(),
})
export type Envelope = Static<typeof Envelope>

export const envelopeContentType = 'application/cloudevents+json'

/** Larger texts are packed: a product of 2,000 variants is beyond the 1 MiB that NATS takes by default. */
const packedFrom = 256 * 1024
const unpackedLimit = 32 * 1024 * 1024

/** The text as it travels. */
export function pack(text: string): { readonly payload: string | Uint8Array; readonly packed: boolean } {
  const packed = text.length >= packedFrom
  return { payload: packed ? gzipSync(text) : text, packed }
}

/** Throws when it is not packed text, or too large. */
export function unpack(payload: Uint8Array): string {
  return gunzipSync(payload, { maxOutputLength: unpackedLimit }).toString()
}

export function encode(message: Message): string {
  const { id, name, version, source, aggregateId, aggregateVersion, at, data, traceparent } = message
  const envelope: Envelope = {
    specversion: '1.0',
    id,
    type: `rialto.${name}.v${version}`,
    source: `/${source}`,
    subject: aggregateId,
    aggregateversion: aggregateVersion,
    time: at,
    datacontenttype: 'application/json',
    ...(traceparent && { traceparent }),
    data,
  }
  return JSON.stringify(envelope)
}

const check = checker(Envelope)

/** Throws, naming the fields that are wrong, when the text is no envelope of ours. */
export function decode(text: string): Message {
  const envelope = parse(text)
  check(envelope)
  const { id, type, source, subject, aggregateversion, time, data, traceparent } = envelope as Envelope
  const versionAt = type.lastIndexOf('.v')
  return {
    id,
    name: type.slice('rialto.'.length, versionAt),
    version: Number(type.slice(versionAt + 2)),
    aggregateId: subject,
    aggregateVersion: aggregateversion,
    source: source.slice(1),
    at: time,
    data,
    attempt: 1,
    ...(traceparent && { traceparent }),
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's own words would repeat a part of the text, which may be personal.
    throw new Error('It is not JSON.')
  }
}
