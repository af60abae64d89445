import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const page = join(import.meta.dirname, '../docs/performance.md')

/** Puts a text between the markers of a section of docs/performance.md: `<!-- NAME: … -->` and `<!-- /NAME -->`. */
export async function writeSection(name: string, text: string): Promise<string> {
  await writeFile(page, withSection(await readFile(page, 'utf8'), name, text))
  return page
}

/** The page with another text in the section. Throws when it has none of this name. */
export function withSection(whole: string, name: string, text: string): string {
  const from = new RegExp(`<!-- ${name}:[^>]*-->`).exec(whole)
  const to = whole.indexOf(`<!-- /${name} -->`)
  if (!from || to < from.index) throw new Error(`docs/performance.md has no section ${name}.`)
  return `${whole.slice(0, from.index + from[0].length)}\n\n${text}\n\n${whole.slice(to)}`
}
