import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { prepareBuild } from '@rialto/kit/app-build'
import { consoleApp } from './app.ts'

/** Bytes as they travel, packed. */
const budget: Readonly<Record<string, number>> = {
  '.js': 130_000,
  '.css': 6_000,
  '.woff2': 110_000,
  '.html': 1_000,
}

const folder = await mkdtemp(join(tmpdir(), 'rialto-console-'))
after(() => rm(folder, { recursive: true, force: true }))

test('the console is light, and is built once of the same sources', async () => {
  const built = await prepareBuild(consoleApp, folder)
  assert.deepEqual(overBudget(await sizesIn(join(built, 'client'))), [])
  assert.equal(await prepareBuild(consoleApp, folder), built)
})

test('it is noticed when it grows, or brings a file of a new kind', () => {
  assert.deepEqual(overBudget({ '.js': 130_001, '.map': 1 }), ['.js: 130001 bytes', '.map: 1 bytes'])
})

function overBudget(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(sizes)
    .filter(([kind, size]) => size > (budget[kind] ?? 0))
    .map(([kind, size]) => `${kind}: ${size} bytes`)
}

async function sizesIn(directory: string): Promise<Record<string, number>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const sizes: Record<string, number> = {}
  for (const entry of entries.filter((each) => each.isFile())) {
    const kind = extname(entry.name)
    const content = await readFile(join(entry.parentPath, entry.name))
    sizes[kind] = (sizes[kind] ?? 0) + (kind === '.woff2' ? content.length : gzipSync(content).length)
  }
  return sizes
}
