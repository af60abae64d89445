import { until } from '@rialto/kit/until'
import type { ContainerFleet, Part } from './container-fleet.ts'
import { docker, dockerMeanwhile } from './docker.ts'

const openLimitMs = 300_000

export interface Replacement {
  /** The new container. */
  readonly id: string
  /** Where the gateway answers, from this machine. */
  readonly address: string
}

/** Starts a part of another image beside the one that runs, with the same settings, and waits until it takes work. */
export async function startBeside(fleet: ContainerFleet, part: Part, tag: string): Promise<Replacement> {
  const env = JSON.parse(
    docker('inspect', '--format', '{{json .Config.Env}}', fleet.containerOf(part)),
  ) as string[]
  const walls = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
  const place = ['--network', fleet.network, '--network-alias', part]
  const door = part === 'gateway' ? ['--publish', '127.0.0.1::3000'] : []
  const settings = env.flatMap((setting) => ['--env', setting])
  // Docker asks rarely, or all the time: here it is asked while the container starts, and not afterwards. The first start
  // may give up on a busy machine, as deploy/compose.yaml has it.
  const life = ['--no-healthcheck', '--restart', 'unless-stopped']
  const id = await dockerMeanwhile(
    'run',
    '--detach',
    ...walls,
    ...place,
    ...door,
    ...life,
    ...settings,
    tag,
    part,
  )
  try {
    const question = await signOfLife(tag)
    await until(`${part} takes work`, () => succeeds(id, question), { limitMs: openLimitMs, everyMs: 500 })
  } catch (error) {
    const said = await dockerMeanwhile('logs', '--tail', '20', id)
    await dockerMeanwhile('rm', '--force', id)
    throw new Error(`${part} of ${tag} does not take work:\n${said}`, { cause: error })
  }
  return { id, address: part === 'gateway' ? (docker('port', id, '3000').split('\n')[0] ?? '') : '' }
}

/** What Docker asks a container of this image by. */
async function signOfLife(tag: string): Promise<readonly string[]> {
  const format = '{{json .Config.Healthcheck.Test}}'
  const [, ...words] = JSON.parse(
    await dockerMeanwhile('image', 'inspect', '--format', format, tag),
  ) as string[]
  return words
}

async function succeeds(container: string, words: readonly string[]): Promise<boolean> {
  try {
    await dockerMeanwhile('exec', container, ...words)
    return true
  } catch {
    return false
  }
}

/** Asks a container to end, as an orchestrator does; answers with what was wrong about how it did. */
export async function endInOrder(part: Part, container: string): Promise<string[]> {
  await dockerMeanwhile('stop', '--time', '30', container)
  const code = await dockerMeanwhile('inspect', '--format', '{{.State.ExitCode}}', container)
  return code === '0' ? [] : [`the former ${part} ended with ${code}`]
}
