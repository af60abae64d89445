import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Pages that are built from their sources when they are first needed: the folder of an app, which has a `build.ts`. */
export interface App {
  readonly root: string
  /** Folders of the app of which every file goes into a build. */
  readonly trees: readonly string[]
  /** Single files of the app that decide what a build holds. */
  readonly files: readonly string[]
}

const buildTimeoutMs = 120_000

/**
 * The folder with a build of these very sources: what goes along with the code, as in an image, what is in `outDir`, or
 * a new one there. Processes that share `outDir` may build at once. Throws what the build said when it fails.
 */
export async function prepareBuild(app: App, outDir: string): Promise<string> {
  const shipped = join(app.root, 'dist')
  if (await isCurrent(app, shipped)) return shipped
  const folder = resolve(outDir)
  const built = await finishedIn(folder)
  for (const name of built) if (await isCurrent(app, join(folder, name))) return join(folder, name)
  return buildInto(app, folder, built)
}

/** Writes beside a build which files it was made of: those of the app, and those that the bundler found. */
export async function noteInputs(app: App, outDir: string, bundled: Iterable<string>): Promise<void> {
  const files = [...new Set([...(await ownFiles(app)), ...bundled])].sort()
  await writeFile(join(outDir, 'inputs.json'), JSON.stringify({ files, digest: await digestOf(files) }))
}

/** A plugin for Vite that adds the files that go into a build to `inputs`: contracts and client, but no packages. */
export function inputsPlugin(inputs: Set<string>) {
  return {
    name: 'inputs',
    generateBundle(this: { getModuleIds(): Iterable<string> }) {
      for (const id of this.getModuleIds()) {
        const path = id.split('?')[0] ?? ''
        if (/^(?:\/|[A-Za-z]:)/.test(path) && !path.includes('/node_modules/')) inputs.add(path)
      }
    },
  }
}

interface Inputs {
  readonly files: readonly string[]
  readonly digest: string
}

/** Whether the folder holds a finished build whose sources are unchanged and complete. */
async function isCurrent(app: App, folder: string): Promise<boolean> {
  const inputs = await readFile(join(folder, 'inputs.json'), 'utf8').catch(noneWhenMissing)
  if (inputs === undefined) return false
  const { files, digest } = JSON.parse(inputs) as Inputs
  const known = new Set(files)
  const isComplete = (await ownFiles(app)).every((file) => known.has(file))
  return isComplete && (await digestOf(files)) === digest
}

/** Each in a folder of its own, whose name is new, as a module is loaded but once. Earlier ones go when it is whole. */
async function buildInto(app: App, folder: string, earlier: readonly string[]): Promise<string> {
  await mkdir(folder, { recursive: true })
  const name = `${Date.now().toString(36)}${process.pid.toString(36)}`
  const unfinished = join(folder, `${name}.unfinished`)
  await runBuild(app, unfinished)
  await rename(unfinished, join(folder, name))
  for (const old of earlier) await rm(join(folder, old), { recursive: true, force: true })
  return join(folder, name)
}

async function finishedIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(noneWhenMissing)) ?? []
  return names.filter((name) => !name.includes('.'))
}

/** In a process of its own, so that the bundler's memory is given back. */
function runBuild({ root }: App, outDir: string): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(root, 'build.ts'), outDir], {
      cwd: root,
      env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: buildTimeoutMs,
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        said = (said + chunk).slice(-4_000)
      })
    child.on('error', failed)
    child.on('close', (code) => {
      if (code === 0) done()
      else failed(new Error(`${root} could not be built:\n${said}`))
    })
  })
}

async function ownFiles({ root, trees, files }: App): Promise<string[]> {
  const found = await Promise.all(
    trees.map(async (tree) => {
      const entries = await readdir(join(root, tree), { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  const ofBuild = ['build.ts', 'app.ts', 'package.json', ...files].map((name) => join(root, name))
  return [import.meta.filename, ...ofBuild, ...found.flat().filter((path) => !path.endsWith('.test.ts'))]
}

/** One digest over names and contents; a file that is gone counts as a change. */
async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  for (const file of files.toSorted()) {
    const content = await readFile(file).catch(noneWhenMissing)
    hash.update(`${file}\0${content?.length ?? 'gone'}\0`).update(content ?? '')
  }
  return hash.digest('hex')
}

function noneWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
