import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { onParentGone } from '@rialto/kit/lifeline'
import { baseWithAuthorities, buildImage, commitOf } from './containers/build-image.ts'
import { factsOf, faultsOf, type ImageFacts } from './containers/check-image.ts'
import {
  buildStandIns,
  type ContainerFleet,
  openContainerFleet,
  parts,
} from './containers/container-fleet.ts'
import { docker, needDocker, Trouble } from './containers/docker.ts'
import { step } from './containers/steps.ts'

const usage = `Builds the image, looks into it, opens the fleet of deploy/compose.yaml and walks through the shop.

  npm run images -- [--commit COMMIT] [--base IMAGE] [--stand-ins] [--only-build]

  --commit      what is built, HEAD by default; what is not committed is not in it
  --base        the base image, node:26-bookworm-slim by default
  --stand-ins   PostgreSQL, NATS and Valkey from Debian's and npm's packages, where no registry is reached
  --only-build  ends when the image is built and looked into

Needs Docker with Compose. The image stays as rialto:COMMIT; its bill of materials is written to .rialto/images.
`

const root = join(import.meta.dirname, '..')

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = {
    commit: { type: 'string', default: 'HEAD' },
    base: { type: 'string', default: 'node:26-bookworm-slim' },
    'stand-ins': { type: 'boolean', default: false },
    'only-build': { type: 'boolean', default: false },
  } as const
  try {
    const { values } = parseArgs({ args: [...args], options })
    needDocker()
    const commit = commitOf(values.commit)
    const tag = `rialto:${commit.slice(0, 12)}`
    await step(`Building ${tag}`, () => buildImage({ commit, tag, base: values.base }))
    const faults = await step('Looking into it', () => lookInto(tag, values.base))
    for (const fault of faults) process.stdout.write(`  ${fault}\n`)
    if (faults.length > 0 || values['only-build']) return faults.length > 0 ? 1 : 0
    if (values['stand-ins']) {
      const base = await baseWithAuthorities(values.base)
      await step('Building the stand-ins', () => buildStandIns(base))
    }
    return await tryFleet(tag, values['stand-ins'])
  } catch (error) {
    const isPlain = error instanceof Trouble || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE')
    if (!isPlain) throw error
    process.stderr.write(`${(error as Error).message}\n${error instanceof Trouble ? '' : usage}`)
    return 2
  }
}

function lookInto(tag: string, base: string): string[] {
  const facts = factsOf(tag, base)
  const folder = join(root, '.rialto/images')
  mkdirSync(folder, { recursive: true })
  const bill = docker('run', '--rm', '--entrypoint', 'cat', tag, 'bill-of-materials.json')
  writeFileSync(join(folder, `${tag.replace(':', '-')}.cdx.json`), bill)
  process.stdout.write(` ${described(facts)} …`)
  return faultsOf(facts)
}

function described({ mebibytes, ownMebibytes, packages, user }: ImageFacts): string {
  return `${mebibytes} MiB, ${ownMebibytes} of them Rialto with ${packages.length} packages, as user ${user}`
}

async function tryFleet(tag: string, standIns: boolean): Promise<number> {
  const fleet = await step('Opening the fleet', () => openContainerFleet({ tag, standIns }))
  onParentGone(() => fleet.down().finally(() => process.exit(1)))
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => fleet.down().finally(() => process.exit(1)))
  try {
    const failed = await step('Walking through the shop', () => walk(fleet))
    if (failed) {
      process.stdout.write(`${failed}\n${fleet.logs()}\n`)
      return 1
    }
    const harsh = await step('Ending every part', () => endAll(fleet))
    for (const line of harsh) process.stdout.write(`  ${line}\n`)
    return harsh.length > 0 ? 1 : 0
  } finally {
    await step('Taking all down', () => fleet.down())
  }
}

/** What went wrong in the walk of a shopper, if something did. */
async function walk({ url, databases }: ContainerFleet): Promise<string | undefined> {
  const env = { ...process.env, RIALTO_E2E: url, RIALTO_E2E_DATABASES: databases }
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', 'e2e/walk.test.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'exit')
  return code === 0 ? undefined : said
}

/** Asks each part to end, as an orchestrator does; who does not end by itself and in order is named. */
function endAll({ containerOf }: ContainerFleet): string[] {
  const containers = [...parts].reverse().map((part) => [part, containerOf(part)] as const)
  execFileSync('docker', ['stop', '--time', '30', ...containers.map(([, id]) => id)], { stdio: 'ignore' })
  return containers.flatMap(([part, id]) => {
    const code = docker('inspect', '--format', '{{.State.ExitCode}}', id)
    return code === '0' ? [] : [`${part} ended with ${code}`]
  })
}
