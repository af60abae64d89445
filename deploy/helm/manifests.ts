import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments, stringify } from 'yaml'
import { serviceNames } from '../../services.ts'
import { binary } from '../tools.ts'

/** What Kubernetes is told; as deep as a test cares to look. */
// biome-ignore lint/suspicious/noExplicitAny: the schemas say what is in it, and they are asked.
export type Manifest = { kind: string; metadata: { name: string; [key: string]: any }; [key: string]: any }

export type Values = Readonly<Record<string, unknown>>
export type Size = 'small' | 'standard' | 'large'

export const sizes: readonly Size[] = ['small', 'standard', 'large']

const chart = join(import.meta.dirname, 'rialto')
const run = promisify(execFile)

/** Values that a shop has to give, and some secrets of no worth. */
export const ownShop: Values = {
  secrets: {
    shared: { RIALTO_SECRET: 'no secret at all, only long enough', NATS_URL: 'nats://nats.nats:4222' },
  },
  services: Object.fromEntries(
    serviceNames.map((name) => [
      name,
      { secrets: { [`${name.toUpperCase()}_DATABASE_URL`]: `postgres://${name}:none@database/${name}` } },
    ]),
  ),
}

/** What Helm makes of the chart. Throws with what Helm says where it refuses the values. */
export async function render(size: Size, ...values: readonly Values[]): Promise<Manifest[]> {
  const key = JSON.stringify([size, values])
  const text = rendered.get(key) ?? helm('template', size, values).then(({ stdout }) => stdout)
  rendered.set(key, text)
  return parseAllDocuments(await text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((document) => document !== null)
}

/** The same values make the same text, and Helm takes its time. */
const rendered = new Map<string, Promise<string>>()

export async function lint(size: Size, ...values: readonly Values[]): Promise<string> {
  return (await helm('lint', size, values)).stdout
}

export function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest[] {
  return manifests.filter((each) => each.kind === kind && (name === undefined || each.metadata.name === name))
}

/** The one of this kind and name. */
export function the(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const [found, ...more] = only(manifests, kind, name)
  if (!found || more.length > 0)
    throw new Error(`There are ${more.length + (found ? 1 : 0)} of ${kind} ${name}.`)
  return found
}

async function helm(command: 'template' | 'lint', size: Size, values: readonly Values[]) {
  const folder = await mkdtemp(join(tmpdir(), 'rialto-values-'))
  try {
    const files = values.map((_, index) => join(folder, `${index}.yaml`))
    await Promise.all(values.map((each, index) => writeFile(files[index] as string, stringify(each))))
    const words = ['-f', join(chart, 'sizes', `${size}.yaml`), ...files.flatMap((file) => ['-f', file])]
    const release = command === 'template' ? ['shop', '--namespace', 'shop'] : ['--strict']
    // Helm keeps what it knows in the home of whoever runs it; here it knows nothing.
    const env = { PATH: process.env.PATH, HOME: folder }
    return await run(await binary('helm'), [command, ...release, chart, ...words], {
      env,
      maxBuffer: 2 ** 26,
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}
