import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { slimContracts } from '@rialto/sdk/slim-contracts'
import { build } from 'vite'
import { digestOf, ownFiles } from './sources.ts'

// Run as a process of its own, so that the bundler's memory is given back: `node build.ts <folder>`.

const root = import.meta.dirname
const [outDir = join(root, 'dist')] = process.argv.slice(2)
const inputs = new Set<string>()

await build({
  root,
  base: '/console/',
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    outDir: join(outDir, 'client'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [slimContracts({ staff: true }), { name: 'inputs', generateBundle: noteInputs }],
})

const files = [...new Set([...(await ownFiles(root)), ...inputs])].sort()
await writeFile(join(outDir, 'inputs.json'), JSON.stringify({ files, digest: await digestOf(files) }))

/** Notes which files went in, contracts and client included, so that a change to any of them is noticed. */
function noteInputs(this: { getModuleIds(): Iterable<string> }): void {
  for (const id of this.getModuleIds()) {
    const path = id.split('?')[0] ?? ''
    if (/^(?:\/|[A-Za-z]:)/.test(path) && !path.includes('/node_modules/')) inputs.add(path)
  }
}
