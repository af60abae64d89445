import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of the console that decide what a build holds. */
export async function ownFiles(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true })
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const ofBuild = ['build.ts', 'sources.ts', 'package.json', 'index.html'].map((name) => join(root, name))
  return [...ofBuild, ...sources.filter((path) => !path.endsWith('.test.ts'))]
}

/** One digest over names and contents; a file that is gone counts as a change. */
export async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(process.version)
  for (const file of files.toSorted()) {
    const content = await readFile(file).catch(whenMissing)
    hash.update(`${file}\0${content?.length ?? 'gone'}\0`).update(content ?? '')
  }
  return hash.digest('hex')
}

function whenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
