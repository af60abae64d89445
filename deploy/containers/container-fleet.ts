import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { freePort } from '@rialto/kit/free-port'
import { until } from '@rialto/kit/until'
import { type ServiceName, serviceNames } from '../../services.ts'
import { compose, docker, dockerFor } from './docker.ts'

/** The fleet of deploy/compose.yaml in containers of its own, on a free port. */
export interface ContainerFleet {
  readonly url: string
  /** The addresses of its databases, with `{service}` for the name. */
  readonly databases: string
  readonly network: string
  /** The container of each part. */
  containerOf(part: Part): string
  /** Tells what its parts have written, for a person. */
  logs(): string
  /** Ends all, data too. */
  down(): Promise<void>
}

export type Part = ServiceName | 'gateway'

export interface ContainerFleetOptions {
  readonly tag: string
  /** PostgreSQL, NATS and Valkey from Debian's and npm's packages, where no registry of images is reached. */
  readonly standIns: boolean
}

const folder = join(import.meta.dirname, '..')
const ground = ['postgres', 'nats', 'valkey']
const openLimitMs = 300_000

export async function openContainerFleet({ tag, standIns }: ContainerFleetOptions): Promise<ContainerFleet> {
  const project = `rialto-${randomBytes(3).toString('hex')}`
  const port = await freePort()
  const [image = '', version = 'latest'] = tag.split(':')
  const env = {
    COMPOSE_PROJECT_NAME: project,
    RIALTO_IMAGE: image,
    RIALTO_VERSION: version,
    SHOP_PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    SANDBOX_WAREHOUSE: 'false',
    LOG_LEVEL: 'warn',
  }
  const files = [
    join(folder, 'compose.yaml'),
    join(folder, 'stand-ins', standIns ? 'compose.yaml' : 'ports.yaml'),
  ]
  const down = () => compose(files, ['down', '--volumes', '--timeout', '10'], env)
  const containerOf = (part: string) => idOf(project, part)
  try {
    await compose(files, ['up', '--detach', '--no-build', ...ground, ...serviceNames, 'gateway'], env)
    await until('every part takes work', () => parts.every((part) => isHealthy(containerOf(part))), {
      limitMs: openLimitMs,
      everyMs: 1_000,
    })
    const [address = ''] = docker('port', containerOf('postgres'), '5432').split('\n')
    return {
      url: `http://localhost:${port}`,
      databases: `postgres://{service}:development-only-{service}@${address}/{service}`,
      network: `${project}_default`,
      containerOf,
      logs: () =>
        parts.map((part) => `${part}\n${docker('logs', '--tail', '20', containerOf(part))}`).join('\n'),
      down,
    }
  } catch (error) {
    await down().catch(() => {})
    throw error
  }
}

export const parts: readonly Part[] = [...serviceNames, 'gateway']

/** Makes the images that stand in for those of a registry. */
export async function buildStandIns(base: string): Promise<void> {
  for (const name of ground) {
    const words = [
      'build',
      '--target',
      name,
      '--build-arg',
      `NODE_IMAGE=${base}`,
      '--tag',
      `rialto-stand-in-${name}`,
    ]
    await dockerFor([...words, join(folder, 'stand-ins')])
  }
}

export function isHealthy(container: string): boolean {
  return docker('inspect', '--format', '{{.State.Health.Status}}', container) === 'healthy'
}

function idOf(project: string, part: string): string {
  const filters = [`project=${project}`, `service=${part}`].flatMap((label) => [
    '--filter',
    `label=com.docker.compose.${label}`,
  ])
  return docker('ps', '--all', '--quiet', ...filters).split('\n')[0] ?? ''
}
