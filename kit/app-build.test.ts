import assert from 'node:assert/strict'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type App, prepareBuild } from './app-build.ts'

const folder = await mkdtemp(join(tmpdir(), 'rialto-app-'))
after(() => rm(folder, { recursive: true, force: true }))

/** An app whose build is a copy of its page. */
async function openApp(name: string): Promise<{ app: App; outDir: string; page: string }> {
  const root = join(folder, name)
  await mkdir(join(root, 'src'), { recursive: true })
  await cp(import.meta.filename, join(root, 'src/page.test.ts'))
  await writeFile(join(root, 'app.ts'), '')
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  await writeFile(join(root, 'src/page'), 'first')
  await writeFile(
    join(root, 'build.ts'),
    `import { cp, mkdir } from 'node:fs/promises'
    import { noteInputs } from ${JSON.stringify(join(import.meta.dirname, 'app-build.ts'))}
    const [out] = process.argv.slice(2)
    await mkdir(out)
    await cp('src/page', out + '/page')
    await noteInputs({ root: process.cwd(), trees: ['src'], files: [] }, out, [])`,
  )
  return { app: { root, trees: ['src'], files: [] }, outDir: join(root, 'out'), page: join(root, 'src/page') }
}

const pageIn = (build: string) => readFile(join(build, 'page'), 'utf8')

test('pages are built once, and anew when a source has changed or come', async () => {
  const { app, outDir, page } = await openApp('changing')
  const first = await prepareBuild(app, outDir)
  assert.equal(await pageIn(first), 'first')
  assert.equal(await prepareBuild(app, outDir), first)
  await writeFile(page, 'second')
  const second = await prepareBuild(app, outDir)
  assert.equal(await pageIn(second), 'second')
  await writeFile(join(app.root, 'src/other'), '')
  assert.notEqual(await prepareBuild(app, outDir), second)
  assert.equal((await readdir(outDir)).length, 1)
})

test('a test among the sources is none of them', async () => {
  const { app, outDir } = await openApp('tested')
  const built = await prepareBuild(app, outDir)
  await writeFile(join(app.root, 'src/page.test.ts'), '')
  assert.equal(await prepareBuild(app, outDir), built)
})

test('what goes along with the code is taken, unless the code has changed since', async () => {
  const { app, outDir, page } = await openApp('shipped')
  await cp(await prepareBuild(app, outDir), join(app.root, 'dist'), { recursive: true })
  assert.equal(await prepareBuild(app, outDir), join(app.root, 'dist'))
  await writeFile(page, 'second')
  assert.equal(await pageIn(await prepareBuild(app, outDir)), 'second')
})

test('a build that fails says why, and leaves no build behind', async () => {
  const { app, outDir, page } = await openApp('broken')
  await rm(page)
  await assert.rejects(prepareBuild(app, outDir), /broken could not be built:\n[\s\S]*ENOENT/)
})
