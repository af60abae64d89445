import { entity, oneOf, type Static, Type } from '@rialto/kit/schema'

// A contract as an operator reads it.

export const ServiceContract = entity('ServiceContract', {
  name: Type.String(),
  version: Type.Integer(),
  summary: Type.String(),
  operations: Type.Integer(),
  events: Type.Integer(),
  changes: Type.Integer({ description: 'Since it was last accepted' }),
  learned: Type.Boolean({ description: 'Whether it was learned from the fleet while the gateway runs' }),
})
export type ServiceContract = Static<typeof ServiceContract>

const Schema = (description: string) =>
  Type.Unsafe<unknown>({ description: `${description}, as JSON Schema` })

export const ContractOperation = entity('ContractOperation', {
  name: Type.String(),
  method: Type.String(),
  path: Type.String(),
  access: Type.Array(Type.String()),
  summary: Type.String(),
  description: Type.Optional(Type.String()),
  internal: Type.Boolean({ description: 'Never reachable from outside the fleet' }),
  query: Type.Optional(Schema('What it takes in its address')),
  body: Type.Optional(Schema('What it takes in its body')),
  status: Type.Integer(),
  reply: Schema('What it answers with'),
  problems: Type.Array(Type.String(), { description: 'Codes of the problems that it may answer with' }),
})
export type ContractOperation = Static<typeof ContractOperation>

export const ContractEvent = entity('ContractEvent', {
  name: Type.String(),
  version: Type.Integer(),
  schema: Schema('What it says'),
})
export type ContractEvent = Static<typeof ContractEvent>

export const ContractChange = entity('ContractChange', {
  kind: oneOf(['new', 'breaks'], {
    title: 'ContractChangeKind',
    description: '`new`: nobody knew of it before; `breaks`: somebody may rely on what it was',
  }),
  what: Type.String(),
})
export type ContractChange = Static<typeof ContractChange>

export const ServiceContractDetails = entity('ServiceContractDetails', {
  name: Type.String(),
  version: Type.Integer(),
  summary: Type.String(),
  learned: Type.Boolean(),
  operations: Type.Array(ContractOperation),
  events: Type.Array(ContractEvent),
  changes: Type.Array(ContractChange, {
    description: 'What differs from the contract.lock.json beside it, where there is one',
  }),
})
export type ServiceContractDetails = Static<typeof ServiceContractDetails>
