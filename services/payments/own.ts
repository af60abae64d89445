import { createHmac, randomBytes } from 'node:crypto'
import type { Database } from '@rialto/kit/database'
import { readTogether } from '@rialto/kit/read-together'
import { type Static, Type } from '@rialto/kit/schema'
import type { Opened } from '@rialto/kit/service'
import { paymentGatewayUnknown } from './contract.ts'
import type { Gateway } from './gateway.ts'
import type { StoredPayment } from './payment.ts'
import { findPayments } from './payment-store.ts'
import { sandboxGateway } from './sandbox/gateway.ts'

export const config = Type.Object({
  NODE_ENV: Type.Optional(
    Type.String({ description: '`production` switches the conveniences of development off.' }),
  ),
  RIALTO_SECRET: Type.Optional(
    Type.String({ minLength: 32, secret: true, description: 'Give at least 32 random characters.' }),
  ),
  SANDBOX_GATEWAY: Type.Boolean({
    default: true,
    description: 'Give `false` where shoppers must not pay with test cards.',
  }),
  SANDBOX_WEBHOOK_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      secret: true,
      description: 'Give at least 32 random characters; without it, it is made from RIALTO_SECRET.',
    }),
  ),
  PAYMENT_GATEWAY_TIMEOUT_MS: Type.Integer({
    default: 2_000,
    minimum: 50,
    maximum: 10_000,
    description: 'Give the milliseconds after which a gateway that does not answer is asked again later.',
  }),
})
type Config = Static<typeof config>

/** What the handlers of payments share. */
export interface Own {
  readonly gateways: Readonly<Record<string, Gateway>>
  readonly gatewayTimeoutMs: number
  /** The payments of these checkouts that have one; those who ask at once share one statement. */
  readonly paymentsOf: (checkoutIds: readonly string[]) => Promise<StoredPayment[]>
  /** What the sandbox gateway signs its webhooks with; undefined where it is switched off. */
  readonly sandboxSecret: string | undefined
}

export function openOwn({ config, database, log }: Opened<Config>): Own {
  const gatewayTimeoutMs = config.PAYMENT_GATEWAY_TIMEOUT_MS
  const paymentsOf = readTogether(
    (checkoutIds) => findPayments(database.quick, checkoutIds),
    ({ checkoutId }) => checkoutId,
  )
  if (!config.SANDBOX_GATEWAY) return { gateways: {}, gatewayTimeoutMs, paymentsOf, sandboxSecret: undefined }
  if (config.NODE_ENV === 'production') {
    log.warn('the sandbox gateway accepts test cards; SANDBOX_GATEWAY=false switches it off')
  }
  const sandboxSecret = secretOf(config)
  return { gateways: gatewaysOn(database, sandboxSecret), gatewayTimeoutMs, paymentsOf, sandboxSecret }
}

/** The gateway of that name. Throws `payment-gateway-unknown`. */
export function gatewayOf({ gateways }: Own, name: string): Gateway {
  const gateway = Object.hasOwn(gateways, name) ? gateways[name] : undefined
  if (gateway) return gateway
  const known = Object.keys(gateways).join(', ') || 'none'
  throw paymentGatewayUnknown(`There is no payment gateway of that name. Known: ${known}.`)
}

function gatewaysOn(database: Database, secret: string): Record<string, Gateway> {
  return { sandbox: sandboxGateway(database, secret) }
}

/** Sender and receiver are one process, so a secret of the moment does while developing. */
function secretOf({ SANDBOX_WEBHOOK_SECRET: given, RIALTO_SECRET: shop, NODE_ENV: mode }: Config): string {
  if (given !== undefined) return given
  if (shop !== undefined) return createHmac('sha256', shop).update('sandbox webhooks').digest('hex')
  if (mode === 'production') throw new Error('Give SANDBOX_WEBHOOK_SECRET, or set SANDBOX_GATEWAY=false.')
  return randomBytes(32).toString('hex')
}
