import { join } from 'node:path'
import { inputsPlugin, noteInputs } from '@rialto/kit/app-build'
import { slimContracts } from '@rialto/sdk/slim-contracts'
import { build } from 'vite'
import { consoleApp } from './app.ts'

// Run as a process of its own, so that the bundler's memory is given back: `node build.ts <folder>`.

const { root } = consoleApp
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
  plugins: [slimContracts({ staff: true }), inputsPlugin(inputs)],
})

await noteInputs(consoleApp, outDir, inputs)
