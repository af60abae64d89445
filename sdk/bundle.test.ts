import assert from 'node:assert/strict'
import { test } from 'node:test'
import { build } from 'esbuild'

/** How many bytes a page takes in that begins with this text. Throws when it needs anything that only Node has. */
async function sizeOf(text: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]?.contents.length ?? 0
}

test('a page takes in only what it uses', async () => {
  const client = await sizeOf(
    "import { createClient, sendByFetch } from '@rialto/sdk'; console.log(createClient({ send: sendByFetch() }))",
  )
  const paging = await sizeOf("import { every } from '@rialto/sdk'; console.log(every)")
  assert.ok(client > 1_000 && client < 4_000, `${client} bytes`)
  assert.ok(paging < 500, `${paging} bytes`)
})

test('it is noticed when something that only Node has is taken in', async () => {
  await assert.rejects(
    sizeOf("import { openDatabase } from '@rialto/kit/database'; console.log(openDatabase)"),
  )
})
