import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { digestOf, ownFiles } from './sources.ts'

const root = import.meta.dirname
/** Where `node build.ts` puts a build that goes along with the code, as in an image. */
const shipped = join(root, 'dist')
const buildTimeoutMs = 120_000

/** The folder with the built console: one that was built of these very sources, else a new one. */
export async function prepareConsole(outDir: string): Promise<string> {
  const folder = resolve(outDir)
  if (await isCurrent(shipped)) return join(shipped, 'client')
  return (await findBuild(folder)) ?? (await buildInto(folder))
}

interface Inputs {
  readonly files: readonly string[]
  readonly digest: string
}

async function findBuild(folder: string): Promise<string | undefined> {
  for (const name of await finishedIn(folder))
    if (await isCurrent(join(folder, name))) return join(folder, name, 'client')
  return undefined
}

/** Whether the folder holds a finished build whose sources are unchanged and complete. */
async function isCurrent(folder: string): Promise<boolean> {
  const inputs = await readFile(join(folder, 'inputs.json'), 'utf8').catch(noneWhenMissing)
  if (inputs === undefined) return false
  const { files, digest } = JSON.parse(inputs) as Inputs
  const known = new Set(files)
  const isComplete = (await ownFiles(root)).every((file) => known.has(file))
  return isComplete && (await digestOf(files)) === digest
}

/** Gateways that share the folder may build at once: each in its own, and earlier ones go when one is whole. */
async function buildInto(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const earlier = await finishedIn(folder)
  const name = `${Date.now().toString(36)}${process.pid.toString(36)}`
  const unfinished = join(folder, `${name}.unfinished`)
  await runBuild(unfinished)
  await rename(unfinished, join(folder, name))
  for (const old of earlier) await rm(join(folder, old), { recursive: true, force: true })
  return join(folder, name, 'client')
}

async function finishedIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(whenMissing)).filter((entry) => !entry.includes('.'))
}

function runBuild(outDir: string): Promise<void> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(root, 'build.ts'), outDir], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production' },
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
      else failed(new Error(`The console could not be built:\n${said}`))
    })
  })
}

function whenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return []
  throw error
}

function noneWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
