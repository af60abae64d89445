import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { onParentGone } from '@rialto/kit/lifeline'
import { howToGetNats, natsServerIsHere } from '@rialto/kit/nats-testing'
import { until } from '@rialto/kit/until'
import { databaseUrls } from '../checker.ts'
import { openShop } from '../shop.ts'
import { proveUpgrade, told } from './prove-upgrade.ts'

const usage = `Replaces every process of a fleet by one of newer code, one after the other, while people shop.

  node launch.mjs e2e/fleet/upgrade.ts --from COMMIT [--to COMMIT]

  --from  the code that the fleet begins with
  --to    the code that it ends with; what is committed by default

Ends with 1 when a request failed, or something was lost. Needs nats-server, and git with both commits.
`

const root = join(import.meta.dirname, '../..')
const limitMs = 5 * 60_000

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const options = { from: { type: 'string' }, to: { type: 'string', default: 'HEAD' } } as const
  const { values } = parseArgs({ args: [...args], options })
  if (values.from === undefined || !natsServerIsHere()) {
    process.stderr.write(values.from === undefined ? usage : `An upgrade ${howToGetNats}\n`)
    return 2
  }
  onParentGone(() => process.exit(1))
  const [from, to] = [commitOf(values.from), commitOf(values.to)]
  const folder = await mkdtemp(join(tmpdir(), 'rialto-upgrade-'))
  try {
    const checkout = join(folder, 'code')
    git(root, 'clone', '--quiet', '--no-checkout', root, checkout)
    take(checkout, from)
    linkPackages(checkout)
    return await upgrade(checkout, { from, to })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function upgrade(checkout: string, { from, to }: { from: string; to: string }): Promise<number> {
  const shop = await openShop({ root: checkout, fleet: true, replicas: 'orders=2,inventory=2' })
  const replace = async () => {
    take(checkout, to)
    shop.process.kill('SIGUSR2')
    const isOver = () => /(?:All|Not all) processes are replaced/.test(shop.output)
    await until('all processes are replaced', isOver, { limitMs })
    return shop.output.includes('All processes are replaced') ? [] : [shop.output]
  }
  try {
    const { url } = shop
    const proof = await proveUpgrade({ url, databases: () => databaseUrls(shop.dataDir), replace })
    process.stdout.write(told(proof, `From ${from.slice(0, 10)} to ${to.slice(0, 10)}: processes`))
    return proof.faults.length === 0 ? 0 : 1
  } finally {
    await shop.close()
  }
}

function commitOf(name: string): string {
  return git(root, 'rev-parse', '--verify', `${name}^{commit}`).trim()
}

function take(checkout: string, commit: string): void {
  git(checkout, 'checkout', '--quiet', commit)
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, ...args], { encoding: 'utf8' })
}

/** The packages of this checkout; those of the project itself are the other checkout's own. */
function linkPackages(checkout: string): void {
  for (const room of ['', 'services/identity', 'apps/storefront']) {
    const folder = join(root, room, 'node_modules')
    const target = join(checkout, room, 'node_modules')
    mkdirSync(join(target, '@rialto'), { recursive: true })
    for (const name of readdirSync(folder)) {
      if (name !== '@rialto') symlinkSync(join(folder, name), join(target, name))
    }
  }
  const own = join(root, 'node_modules/@rialto')
  for (const name of readdirSync(own))
    symlinkSync(readlinkSync(join(own, name)), join(checkout, 'node_modules/@rialto', name))
}
