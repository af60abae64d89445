import type { Broker } from '@rialto/kit/broker'
import type { Find } from '@rialto/kit/client'
import type { ContractInfo } from '@rialto/kit/contract'
import type { LearnedContracts } from '@rialto/kit/learn-contracts'
import type { Logger } from '@rialto/kit/telemetry'
import type { LiveTimes } from './live/live.ts'
import type { PageHandler } from './pages.ts'
import type { TrafficSettings } from './traffic/settings.ts'
import type { Patience } from './traffic/slow-clients.ts'

export interface GatewayOptions {
  readonly contracts: readonly ContractInfo[]
  /** What the fleet has beyond them, learned while the gateway runs. */
  readonly learned?: LearnedContracts
  readonly find: Find
  readonly broker: Broker
  readonly log: Logger
  /** Whether each request is a line of the log, at the level info; not by default. */
  readonly logsRequests?: boolean
  /** Signs guest identities; at least 32 characters. */
  readonly secret: string
  /** While the secret is changed: the one before or the one to come, which is accepted too. */
  readonly otherSecret?: string
  /** Whether the shop is reached over HTTPS only. */
  readonly secure: boolean
  readonly version: string
  /** Whether the graph tells of itself at `/graphql`; it does not by default. */
  readonly introspection?: boolean
  /** Whether there is a page to ask it from; there is none by default. */
  readonly explorer?: boolean
  /** Renders every address that the API does not know; without it they are told to be unknown. */
  readonly pages?: PageHandler
  /** Limits and proxies; the defaults unless given. */
  readonly traffic?: TrafficSettings
  /** How long slow clients are waited for; tests have less of it. */
  readonly patience?: Patience
  /** How live updates pace themselves; tests have less time. */
  readonly liveTimes?: LiveTimes
  /** Of the line in a waiting room; tests move it. */
  readonly now?: () => number
}
