import type { TSchema } from 'typebox'
import { type ContractInfo, type Operation, replySchema } from './contract.ts'
import { Problem } from './problem.ts'
import { oneOf, Type } from './schema.ts'
import { checker, demandSchema, inputCheck } from './validation.ts'

const operationsLimit = 500

const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,49}$' })
const Schema = Type.Unsafe<TSchema>({ type: 'object' })
const Fields = Type.Object({ type: Type.Literal('object'), properties: Type.Record(Type.String(), Schema) })
const Access = Type.String({
  pattern: '^(anyone|shopper|customer|owner|service|staff:(\\*|[a-z0-9:-]{1,50}))$',
})
const EventName = Type.String({ pattern: '^[a-z0-9-]+(\\.[a-z0-9-]+)+$', maxLength: 100 })
const Status = '^2[0-9]{2}$'

const SentOperation = Type.Object({
  service: Name,
  name: Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,99}$' }),
  method: oneOf(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
  path: Type.String({ pattern: '^(/([a-z0-9][a-z0-9.-]*|:[A-Za-z]\\w*))+$', maxLength: 200 }),
  access: Type.Union([Access, Type.Array(Access, { minItems: 1, maxItems: 20 })]),
  summary: Type.String({ minLength: 1, maxLength: 200 }),
  query: Type.Optional(Fields),
  body: Type.Optional(
    Type.Union([Fields, Type.Object({ raw: Type.String(), maxBytes: Type.Integer({ minimum: 1 }) })]),
  ),
  reply: Type.Unsafe<Operation['reply']>({
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    patternProperties: { [Status]: Schema },
    additionalProperties: false,
  }),
  problems: Type.Optional(
    Type.Array(
      Type.Object({
        code: Type.String({ pattern: '^[a-z][a-z0-9-]{0,99}$' }),
        status: Type.Integer({ minimum: 400, maximum: 599 }),
        title: Type.String(),
        schema: Fields,
      }),
      { maxItems: 100 },
    ),
  ),
  idempotent: Type.Optional(Type.Unsafe({ enum: [true, false, 'by-handler', 'by-content'] })),
  internal: Type.Optional(Type.Boolean()),
  readOnly: Type.Optional(Type.Boolean()),
  limit: Type.Optional(oneOf(['read', 'write', 'auth'])),
  urgent: Type.Optional(Type.Boolean()),
  cache: Type.Optional(
    Type.Object({
      seconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
      tags: Type.Array(Type.String(), { maxItems: 20 }),
    }),
  ),
  live: Type.Optional(
    Type.Object({
      on: Type.Array(Type.Object({ name: EventName }), { minItems: 1, maxItems: 20 }),
      by: Type.String({ pattern: '^[A-Za-z]\\w{0,99}$' }),
    }),
  ),
})

const SentContract = Type.Object({
  name: Name,
  version: Type.Integer({ minimum: 1 }),
  summary: Type.String({ minLength: 1, maxLength: 500 }),
  operations: Type.Array(SentOperation, { maxItems: operationsLimit }),
  events: Type.Array(
    Type.Object({
      name: EventName,
      version: Type.Integer({ minimum: 1 }),
      schema: Schema,
    }),
    { maxItems: operationsLimit },
  ),
})

const checkSent = checker(SentContract)

/**
 * A contract as another process sent it. Throws when it is none, or has a schema that nothing can be checked by; the
 * message says where.
 */
export function readContract(sent: unknown): ContractInfo {
  explained('it is no contract', () => checkSent(sent))
  const contract = sent as ContractInfo
  const names = new Set<string>()
  for (const operation of contract.operations) {
    const { name, service } = operation
    if (service !== contract.name) throw new Error(`${name} is of ${service}, not of ${contract.name}`)
    if (names.has(name)) throw new Error(`two operations are named ${name}`)
    names.add(name)
    // An empty input fits few of them: what counts is that the checks could be made.
    explained(`${name} has a schema that is none`, () => {
      unlessRefused(() => inputCheck(operation).joined({}))
      demandSchema(replySchema(operation))
      for (const { schema } of operation.problems ?? []) demandSchema(schema)
    })
  }
  for (const { name, schema } of contract.events)
    explained(`${name} has a schema that is none`, () => demandSchema(schema))
  return contract
}

function explained(what: string, work: () => void): void {
  try {
    work()
  } catch (cause) {
    throw new Error(`${what}: ${(cause as Error).message}`, { cause })
  }
}

function unlessRefused(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}
