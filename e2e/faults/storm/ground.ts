import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { urlSetting } from '@rialto/kit/locate'
import { startTestNats, type TestNats } from '@rialto/kit/nats-testing'
import { type Postgres, startPostgres } from '@rialto/kit/postgres'
import type { MemberName } from '../../../fleet/plan.ts'
import { databaseSetting } from '../../../platform-settings.ts'
import { type ServiceName, serviceNames } from '../../../services.ts'
import { openTestFleet, type TestFleet } from '../../fleet/open-test-fleet.ts'
import { type Link, openLink } from './link.ts'

/** A fleet and all it stands on, with a hand on every connection between them. */
export interface Ground {
  readonly fleet: TestFleet
  /** Where people go, whether or not somebody opens there just now. */
  readonly shop: { readonly url: string }
  readonly dataDir: string
  readonly nats: TestNats
  readonly webhookSecret: string
  readonly links: {
    readonly databases: readonly Link[]
    readonly nats: readonly Link[]
    readonly calls: readonly Link[]
  }
  close(): Promise<void>
}

/** Two of all that a checkout goes through, and two doors. */
const inPairs: readonly MemberName[] = [
  'gateway',
  'catalog',
  'pricing',
  'cart',
  'orders',
  'payments',
  'inventory',
  'shipping',
]
const pair = 2
/** Called through links; the other services find each other by the registry, as in any fleet. */
const linked: readonly ServiceName[] = ['inventory', 'payments', 'pricing']
const webhookSecret = 'the secret of webhooks in a storm, which is long enough'

export async function openGround(): Promise<Ground> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-storm-'))
  const undo: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })]
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  const linkTo = async (target: Parameters<typeof openLink>[0]) => {
    const link = await openLink(target)
    undo.push(link.close)
    return link
  }
  try {
    const postgres = await startPostgres({ dataDir })
    undo.push(postgres.stop)
    const nats = await startTestNats()
    undo.push(nats.close)
    const natsPort = Number(new URL(nats.url).port)
    const toNats = await linkTo(() => ({ host: '127.0.0.1', port: natsPort }))
    const databases = await linkDatabases(postgres, linkTo)
    // The places are there before who fills them.
    let fleet: TestFleet | undefined
    const calls = await linkCalls((name, index) => fleet?.places(name)[index]?.url, linkTo)
    fleet = await openTestFleet({
      replicas: inPairs.map((name) => `${name}=${pair}`).join(),
      dataDir,
      env: {
        NATS_URL: `nats://127.0.0.1:${toNats.port}`,
        SANDBOX_WEBHOOK_SECRET: webhookSecret,
        ...databases.settings,
        ...calls.settings,
      },
    })
    undo.push(fleet.close)
    const links = { databases: databases.links, nats: [toNats], calls: calls.links }
    return { fleet, shop: addressOfShop(fleet), dataDir, nats, webhookSecret, links, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Nobody forgets the address of a shop because it is closed for a moment. */
function addressOfShop(fleet: TestFleet): Ground['shop'] {
  let { url } = fleet
  return {
    get url() {
      url = fleet.url || url
      return url
    },
  }
}

interface Linked {
  readonly links: readonly Link[]
  /** By which the services go through them. */
  readonly settings: Readonly<Record<string, string>>
}

type LinkTo = (target: Parameters<typeof openLink>[0]) => Promise<Link>

async function linkDatabases(postgres: Postgres, linkTo: LinkTo): Promise<Linked> {
  const links: Link[] = []
  const settings: Record<string, string> = {}
  for (const name of serviceNames) {
    const url = new URL(await postgres.ensureDatabase(name))
    const host = decodeURIComponent(url.hostname)
    const port = Number(url.port)
    const link = await linkTo(() =>
      host.startsWith('/') ? { path: join(host, `.s.PGSQL.${port}`) } : { host, port },
    )
    url.host = `127.0.0.1:${link.port}`
    settings[databaseSetting(name)] = url.href
    links.push(link)
  }
  return { links, settings }
}

async function linkCalls(
  urlOf: (name: ServiceName, index: number) => string | undefined,
  linkTo: LinkTo,
): Promise<Linked> {
  const links: Link[] = []
  const settings: Record<string, string> = {}
  for (const name of linked) {
    const own = await Promise.all(
      Array.from({ length: pair }, (_, index) => linkTo(() => addressOf(urlOf(name, index)))),
    )
    settings[urlSetting(name)] = own.map(({ port }) => `http://127.0.0.1:${port}`).join()
    links.push(...own)
  }
  return { links, settings }
}

function addressOf(url: string | undefined) {
  if (url === undefined) return undefined
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port) }
}
