import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

// What `npm run build` makes dist/rialto.js of. It does as rialto.ts does, with all modules in a few files.

enableCompileCache(join(import.meta.dirname, 'dist/compiled'))
const { isFolder } = await import('./service-folder.ts')
const sources = pathToFileURL(join(import.meta.dirname, 'rialto.ts')).href
// A service in a folder shares the modules of the platform, as they stand in the sources.
if (process.argv.slice(2).some(isFolder)) await import(sources)
else await import('./rialto.ts')
