import type { BlockList } from 'node:net'
import { type Static, Type } from '@rialto/kit/schema'
import { openSeal, type Seal } from '@rialto/kit/seal'
import type { Opened } from '@rialto/kit/service'
import { WrongSettings } from '@rialto/kit/settings'
import { secretsOf, shopSecrets } from '@rialto/kit/shop-secret'
import type { AddressRules } from './address.ts'
import { dnsResolve, guardedLookup } from './lookup.ts'
import { listOf } from './networks.ts'
import { openPost } from './post.ts'
import { openSender, type Sender } from './sender.ts'

export const config = Type.Object({
  NODE_ENV: Type.Optional(Type.String()),
  ...shopSecrets,
  WEBHOOK_INTERNAL_NETWORKS: Type.String({
    default: '',
    pattern: '^[0-9a-fA-F:./, ]*$',
    description:
      'Give the networks inside that webhooks may lead to, such as 10.1.0.0/16, or 127.0.0.1 to try them; none by default.',
  }),
  WEBHOOK_TIMEOUT_MS: Type.Integer({
    default: 10_000,
    minimum: 100,
    maximum: 30_000,
    description: 'Give the milliseconds within which a receiver has to answer.',
  }),
  WEBHOOK_KEPT_DAYS: Type.Integer({
    default: 14,
    minimum: 4,
    maximum: 90,
    description: 'Give the days for which deliveries are kept, with what was sent.',
  }),
})
export type Config = Static<typeof config>

export interface Own {
  readonly rules: AddressRules
  readonly seal: Seal
  readonly sender: Sender
  readonly keptMs: number
}

export function openOwn({ config: settings, database, log }: Opened<Config>): Own {
  const { WEBHOOK_TIMEOUT_MS: timeoutMs, NODE_ENV: mode } = settings
  const inside = networksOf(settings.WEBHOOK_INTERNAL_NETWORKS)
  const rules = { plain: mode !== 'production', inside }
  const seal = openSeal({ purpose: 'webhooks', ...secretsOf(settings) })
  const lookup = guardedLookup(inside, dnsResolve(Math.ceil(timeoutMs / 4)))
  const post = openPost({ rules, lookup })
  return {
    rules,
    seal,
    sender: openSender({ database, log, post, seal, timeoutMs }),
    keptMs: settings.WEBHOOK_KEPT_DAYS * 24 * 3_600_000,
  }
}

function networksOf(setting: string): BlockList {
  try {
    return listOf(setting)
  } catch (cause) {
    const wrong = new WrongSettings([`WEBHOOK_INTERNAL_NETWORKS is wrong. ${(cause as Error).message}`])
    wrong.cause = cause
    throw wrong
  }
}
