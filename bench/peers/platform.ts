import type { Postgres } from '@rialto/kit/postgres'
import type { Learned } from './storefront.ts'

export const platformNames = ['rialto', 'medusa', 'vendure'] as const
export type PlatformName = (typeof platformNames)[number]

/** Where a platform is set up and what it may use. */
export interface Room {
  /** A folder of its own for what is installed. */
  readonly folder: string
  readonly size: Size
  readonly postgres: Pick<Postgres, 'ensureDatabase'>
  /** Takes what its processes write. */
  readonly log: string
  readonly tell: (step: string) => void
}

/** What each platform is filled with; the smaller, the sooner a trial is over. */
export interface Size {
  readonly products: number
  /** Orders of the customer with the long history. */
  readonly historyOrders: number
}

export interface Installed {
  readonly mebibytes: number
  readonly packages: number
}

/** Open for shoppers. */
export interface Running {
  readonly url: string
  /** From the start of the server's process to its first good answer to a shopper. */
  readonly coldStartSeconds: number
  /** Its own processes, by name; what they start counts with them. */
  readonly roots: Readonly<Record<string, number>>
  /** Throws when one of them has ended. */
  check(): void
  stop(): Promise<void>
}

export interface Platform {
  readonly name: PlatformName
  readonly version: string
  /** Brings its packages, unless they are there. */
  install(): Promise<Installed>
  /** Makes tables, staff, catalog, customer and history in an empty database. */
  seed(): Promise<Learned>
  start(): Promise<Running>
  /** Puts a variant with few in stock on sale; answers with its id. */
  addHotItem(running: Running, learned: Learned, tag: string): Promise<string>
  /** Orders in its database. */
  countOrders(): Promise<number>
}
