import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ruleFiles } from './rules.ts'

// node deploy/prometheus/write.ts writes the rules that follow from slos.ts and alarms.ts.

for (const [name, text] of Object.entries(ruleFiles)) writeFileSync(join(import.meta.dirname, name), text)
