import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApiCall } from '@rialto/sdk'
import { serveAssets } from './assets.ts'
import { digestOf, ownFiles } from './sources.ts'

const root = import.meta.dirname
/** Where `node build.ts` puts a build that goes along with the code, as in an image. */
const shipped = join(root, 'dist')
const buildTimeoutMs = 120_000

/** What the host tells a page: the API as its visitor, and whether the visitor may have a cart at all. */
export interface PageLocals {
  readonly call: ApiCall
  readonly hasSession: boolean
  readonly hasGuest: boolean
  readonly requestId: string
}

export type Pages = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  locals: PageLocals,
) => void

/**
 * Builds the pages into `outDir`, unless there or beside the code is a build of these very sources, and makes them
 * ready to serve.
 */
export async function prepareStorefront({ outDir }: { outDir: string }): Promise<Pages> {
  const folder = resolve(outDir)
  const built =
    ((await isCurrent(shipped)) ? shipped : undefined) ??
    (await findBuild(folder)) ??
    (await buildInto(folder))
  const assets = await serveAssets(join(built, 'client'))
  const { handler } = (await import(pathToFileURL(join(built, 'server/entry.mjs')).href)) as {
    handler: Pages
  }
  return (request, response, next, locals) => {
    if (assets(request, response)) return
    // Only the Host header tells where the shop is reached; pages must not be led elsewhere by a visitor.
    delete request.headers['x-forwarded-host']
    delete request.headers['x-forwarded-port']
    handler(request, response, next, locals)
  }
}

interface Inputs {
  readonly files: readonly string[]
  readonly digest: string
}

async function findBuild(folder: string): Promise<string | undefined> {
  const [name] = (await readdir(folder).catch(whenMissing)).filter((entry) => !entry.includes('.'))
  return name && (await isCurrent(join(folder, name))) ? join(folder, name) : undefined
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

/** Takes the place of earlier builds only when it is whole. Its name is new, as a module is loaded but once. */
async function buildInto(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const name = `${Date.now().toString(36)}${process.pid.toString(36)}`
  const unfinished = join(folder, `${name}.unfinished`)
  await runBuild(unfinished)
  await rename(unfinished, join(folder, name))
  return join(folder, name)
}

function runBuild(outDir: string): Promise<void> {
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
      else failed(new Error(`The pages could not be built:\n${said}`))
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
