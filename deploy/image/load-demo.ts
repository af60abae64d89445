import { loadDemo } from '../../demo.ts'
import { greeting } from '../../greeting.ts'
import type { ProcessSettings } from '../../platform-settings.ts'

// node load-demo.ts URL fills an empty shop with the demo catalog, and says who can sign in. Not in production.

const [url = 'http://localhost:3000'] = process.argv.slice(2)
const settings = { NODE_ENV: process.env.NODE_ENV, RIALTO_DEMO: true } as ProcessSettings
const began = performance.now()
await loadDemo({ url, settings }, (step) => process.stdout.write(`${step} …\n`))
process.stdout.write(greeting(process.env.PUBLIC_URL ?? url, settings, performance.now() - began))
