import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

// node slim.ts FOLDER … takes out of installed packages what only people and their tools read. Licenses stay.

const unread = /\.(?:map|d\.[cm]?ts|flow|tsbuildinfo|markdown)$|^(?:readme|changelog|history)(?:\.md)?$/i

let bytes = 0
for (const folder of process.argv.slice(2)) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (!entry.isFile() || !unread.test(entry.name)) continue
    bytes += statSync(path).size
    rmSync(path)
  }
}
process.stdout.write(`${Math.round(bytes / 2 ** 20)} MiB of maps, types and notes taken out\n`)
