import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import node from '@astrojs/node'
import { slimContracts } from '@rialto/sdk/slim-contracts'
import { build } from 'astro'
import { passthroughImageService } from 'astro/config'
import { digestOf, ownFiles } from './sources.ts'

// Run as a process of its own, so that the bundler's memory is given back: `node build.ts <folder>`.

const root = import.meta.dirname
const [outDir = join(root, 'dist')] = process.argv.slice(2)
const inputs = new Set<string>()

await build({
  root,
  outDir,
  cacheDir: join(outDir, 'cache'),
  configFile: false,
  logLevel: 'warn',
  output: 'server',
  adapter: node({ mode: 'middleware', experimentalDisableStreaming: true, bodySizeLimit: 256 * 1024 }),
  session: false,
  devToolbar: { enabled: false },
  image: { service: passthroughImageService() },
  build: { inlineStylesheets: 'never' },
  // Form posts must come from a page of this host; behind a proxy that ends TLS its X-Forwarded-Proto counts.
  security: { checkOrigin: true, allowedDomains: [{ protocol: 'http' }, { protocol: 'https' }] },
  vite: {
    // The build may lie outside the project, where no package is found: everything is bundled.
    ssr: { noExternal: true },
    build: { assetsInlineLimit: 0, reportCompressedSize: false },
    plugins: [slimContracts(), { name: 'inputs', generateBundle: noteInputs }],
  },
})

const files = [...new Set([...(await ownFiles(root)), ...inputs])].sort()
await writeFile(join(outDir, 'inputs.json'), JSON.stringify({ files, digest: await digestOf(files) }))

/** Notes which files went in, contracts and client included, so that a change to any of them is noticed. */
function noteInputs(this: { getModuleIds(): Iterable<string> }): void {
  for (const id of this.getModuleIds()) {
    const path = id.split('?')[0] ?? ''
    const isFile = URL.canParse(pathToFileURL(path).href) && /^(?:\/|[A-Za-z]:)/.test(path)
    if (isFile && !path.includes('/node_modules/')) inputs.add(path)
  }
}
