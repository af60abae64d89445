import { contractHash } from '@rialto/kit/contract-hash'
import { bracketed } from '@rialto/kit/locate'
import type { Mounted } from '@rialto/kit/mount'
import type { FastifyInstance } from 'fastify'
import { type Network, ownAddress } from './network.ts'
import type { ProcessSettings } from './platform-settings.ts'

export interface Listening {
  readonly gateway: FastifyInstance | undefined
  readonly door: () => FastifyInstance
  readonly network: Network
  readonly mounted: readonly Mounted[]
  readonly settings: ProcessSettings
  readonly self: { readonly id: string; readonly name: string; readonly version: string }
  readonly alone: boolean
}

/** Opens the doors, tells the fleet of them, and answers with the address of the outer one. */
export async function listen({
  gateway,
  door,
  network,
  mounted,
  settings,
  self,
  alone,
}: Listening): Promise<string> {
  const { PORT: port, HOST: host } = settings
  await gateway?.listen({ port, host })
  // Where the gateway is too, the port is its own. Gateways share theirs, but no door.
  if (!alone) await door().listen({ port: gateway ? 0 : port, host, exclusive: true })
  const url = alone ? '' : `http://${bracketed(await ownAddress(settings))}:${portOf(door())}`
  network.registry?.announce({ ...self, url, services: Object.fromEntries(hashesOf(mounted)) })
  return gateway ? `http://localhost:${portOf(gateway)}` : url
}

function hashesOf(mounted: readonly Mounted[]) {
  return mounted.map(({ service: { contract } }) => [contract.name, contractHash(contract)] as const)
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}
