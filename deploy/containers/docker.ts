import { execFile, execFileSync, spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'

/** A tool that is missing or refuses; the message says what to do. */
export class Trouble extends Error {}

/** Runs docker and answers with what it prints. Throws `Trouble` with what it says when it fails. */
export function docker(...words: string[]): string {
  return run('docker', words)
}

/** The same while other things go on in this process, such as people who shop. */
export async function dockerMeanwhile(...words: string[]): Promise<string> {
  try {
    return (await promisify(execFile)('docker', words, { maxBuffer: 2 ** 26 })).stdout.trim()
  } catch (error) {
    throw troubleOf('docker', words, error)
  }
}

export interface Streamed {
  readonly input?: Buffer
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The same for what takes long: it may get a stream of bytes, and what it said last is told if it fails. */
export async function dockerFor(words: readonly string[], { input, env = {} }: Streamed = {}): Promise<void> {
  await runFor('docker', words, { input, env })
}

/** Docker Compose, as a plugin of Docker or as a program of its own. */
export function composeCommand(): readonly string[] {
  for (const words of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...rest] = words
    try {
      execFileSync(program, [...rest, 'version'], { stdio: 'ignore' })
      return words
    } catch {}
  }
  throw new Trouble('Docker Compose is missing: apt-get install docker-compose-plugin (or docker-compose).')
}

export async function compose(
  files: readonly string[],
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const [program = '', ...rest] = composeCommand()
  const named = files.flatMap((file) => ['--file', file])
  await runFor(program, [...rest, ...named, ...words], { env })
}

export function needDocker(): void {
  try {
    execFileSync('docker', ['info'], { stdio: 'ignore' })
  } catch (cause) {
    throw new Trouble(
      'Docker does not answer. Install it (https://docs.docker.com/engine/install) and start it.',
      {
        cause,
      },
    )
  }
}

function run(program: string, words: readonly string[]): string {
  try {
    return execFileSync(program, words, { encoding: 'utf8', maxBuffer: 2 ** 26, stdio: 'pipe' }).trim()
  } catch (error) {
    throw troubleOf(program, words, error)
  }
}

function troubleOf(program: string, words: readonly string[], cause: unknown): Trouble {
  const { stderr = '' } = cause as { stderr?: string }
  return new Trouble(`${program} ${words.slice(0, 3).join(' ')} …: ${stderr.trim()}`, { cause })
}

async function runFor(program: string, words: readonly string[], { input, env }: Streamed): Promise<void> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-6_000)
    })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  // Who refuses early does not read to the end; the exit code tells.
  const fed = pipeline(Readable.from(input ? [input] : []), child.stdin).catch(() => {})
  const code = await ended
  await fed
  if (code !== 0)
    throw new Trouble(`${program} ${words.slice(0, 6).join(' ')} … ended with ${code}:\n${said}`)
}
