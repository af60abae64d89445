import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isFolder, loadFolders, WrongFolder } from './service-folder.ts'

const root = mkdtempSync(join(tmpdir(), 'rialto-folders-'))
after(() => rmSync(root, { recursive: true, force: true }))

function folder(name: string, text?: string): string {
  const made = join(root, name)
  mkdirSync(made)
  writeFileSync(join(made, 'package.json'), '{ "type": "module" }')
  if (text !== undefined) writeFileSync(join(made, 'service.ts'), text)
  return made
}

const named = (name: string) => `
import { contract } from '@rialto/kit/contract'
import { service } from '@rialto/kit/service'
const own: unknown = contract('${name}', { version: 1, summary: 'For tests' }, {})
export default service(own as never, { directory: import.meta.dirname, routes: {} })`

test('a service is loaded from a folder that has nothing of this repository', async () => {
  const [loaded] = await loadFolders([folder('loyalty', named('loyalty'))])
  assert.equal(loaded?.contract.name, 'loyalty')
  assert.deepEqual(await loadFolders(), [])
})

test('a folder that has no service, or one that is here already, is told so', async () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    [folder('empty'), /There is no service\.ts in .*empty/],
    [folder('nothing', 'export default 5'), /nothing.* exports no service/],
    [folder('orders', named('orders')), /There is a service named orders already/],
  ]
  for (const [path, reason] of wrong)
    await assert.rejects(loadFolders([path]), (error: Error) => {
      assert.ok(error instanceof WrongFolder)
      assert.match(error.message, reason)
      return true
    })
})

test('a part is told from a folder by its separator', () => {
  assert.deepEqual(['orders', './orders', '../loyalty', '/srv/loyalty'].map(isFolder), [
    false,
    true,
    true,
    true,
  ])
})
