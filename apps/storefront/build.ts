import { join } from 'node:path'
import node from '@astrojs/node'
import { inputsPlugin, noteInputs } from '@rialto/kit/app-build'
import { slimContracts } from '@rialto/sdk/slim-contracts'
import { build } from 'astro'
import { passthroughImageService } from 'astro/config'
import { storefrontApp } from './app.ts'

// Run as a process of its own, so that the bundler's memory is given back: `node build.ts <folder>`.

const { root } = storefrontApp
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
    plugins: [slimContracts(), inputsPlugin(inputs)],
  },
})

await noteInputs(storefrontApp, outDir, inputs)
