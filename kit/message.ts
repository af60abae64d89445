import type { TSchema } from 'typebox'

/** An event or a job on its way: made once, with its row, and the same in every retry and at every hearer. */
export interface Message<Data = unknown> {
  /** TypeID `msg_…`; what is done because of the message can be keyed by it. */
  readonly id: string
  readonly name: string
  readonly version: number
  /** The aggregate that changed and its version then: a late one is recognised by a lower version. */
  readonly aggregateId: string
  readonly aggregateVersion: number
  readonly source: string
  readonly at: string
  readonly data: Data
  /** W3C trace context of the change, for the link between traces. */
  readonly traceparent?: string
  /** 1 at the first attempt. */
  readonly attempt: number
}

/** Work that a service schedules for itself. */
export interface JobType<Data extends TSchema = TSchema> {
  readonly name: string
  readonly schema: Data
}

export function job<Data extends TSchema>(name: string, schema: Data): JobType<Data> {
  return { name, schema }
}
