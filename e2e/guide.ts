import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { contract } from '@rialto/kit/contract'
import { Type } from '@rialto/kit/schema'
import type { Visitor } from './visitor.ts'

const guide = join(import.meta.dirname, '../docs/guides/add-a-service.md')

/** What the guide's service offers, as its callers see it. */
const { getPoints } = contract(
  'loyalty',
  { version: 1, summary: 'Points for what was bought' },
  {
    getPoints: {
      method: 'GET',
      path: '/loyalty/points',
      access: 'shopper',
      summary: 'Read the own points',
      reply: { 200: Type.Object({ balance: Type.Integer(), orders: Type.Integer() }) },
    },
  },
)

export const pointsOf = ({ call }: Visitor) => call(getPoints, {})

/** A folder with the files that the guide shows, each as it stands there. */
export interface GuideFiles {
  /** Where the service is. */
  readonly folder: string
  /** A copy of the service in which texts of its files are others. Each must be there. */
  variant(...changes: readonly Change[]): Promise<string>
  remove(): Promise<void>
}

export interface Change {
  readonly file: string
  readonly was: string
  readonly is: string
}

export async function writeGuide(): Promise<GuideFiles> {
  const root = await mkdtemp(join(tmpdir(), 'rialto-guide-'))
  const files = filesOf(await readFile(guide, 'utf8'))
  let copies = 0
  const write = async (under: string, change = (_: string, text: string) => text) => {
    for (const [path, text] of files) {
      const file = join(root, under, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, change(path, text))
    }
    return join(root, under, 'loyalty')
  }
  return {
    folder: await write('as-shown'),
    variant: (...changes) =>
      write(`variant-${++copies}`, (path, text) =>
        changes.filter(({ file }) => path === `loyalty/${file}`).reduce(changed, text),
      ),
    remove: () => rm(root, { recursive: true, force: true }),
  }
}

function changed(text: string, { file, was, is }: Change): string {
  if (!text.includes(was)) throw new Error(`The guide's ${file} does not have: ${was}`)
  return text.replace(was, is)
}

/** Each file stands under a line that is its path and nothing else. */
export function filesOf(text: string): Map<string, string> {
  const blocks = text.matchAll(/^`([\w./-]+)`\n\n```\w+\n([\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, path = '', content = '']) => [path, content]))
}
