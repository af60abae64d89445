import { deadlineExceeded, Problem } from '@rialto/kit/problem'

/** A process of the fleet, as far as it is known without asking it. */
export interface LiveProcess {
  readonly id: string
  readonly url?: string
  readonly name: string
  readonly services: readonly string[]
  readonly version?: string
}

export interface Question {
  readonly method?: 'GET' | 'PUT' | 'DELETE'
  /** Such as `/instance`. */
  readonly path: string
  readonly body?: unknown
}

/** Asks a process at its door. Throws the problem that it tells, or why it does not answer. */
export type Ask = (process: LiveProcess, question: Question) => Promise<unknown>

export interface Informants {
  /** This process first, then the others. */
  live(): Promise<readonly LiveProcess[]>
  readonly ask: Ask
}

export interface Heard<Answer> {
  readonly answers: readonly { readonly process: LiveProcess; readonly answer: Answer }[]
  /** Who did not answer, and why. */
  readonly missing: readonly { readonly process: LiveProcess; readonly why: string }[]
  /** Names of those. */
  readonly silent: string[]
}

/** More processes are not asked at once; a fleet beyond has other means. */
const processesLimit = 200
const patienceMs = 1_500

/** Asks all at once. Who has not answered by then is left out, and holds up nothing. */
export async function gather<Answer>(
  informants: Informants,
  question: Question,
  processes?: readonly LiveProcess[],
): Promise<Heard<Answer>> {
  const asked = (processes ?? (await informants.live())).slice(0, processesLimit)
  const answers: { process: LiveProcess; answer: Answer }[] = []
  const missing: { process: LiveProcess; why: string }[] = []
  const asking = asked.map(async (process) => {
    try {
      answers.push({ process, answer: (await inTime(informants.ask(process, question))) as Answer })
    } catch (error) {
      missing.push({ process, why: reasonOf(error) })
    }
  })
  await Promise.all(asking)
  return { answers, missing, silent: missing.map(({ process }) => process.name).sort() }
}

async function inTime(answer: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(deadlineExceeded('It did not answer in time.')), patienceMs)
  })
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** In words for an operator; addresses and stacks stay inside. */
function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'It takes no connections.'
  return code ? `It cannot be reached (${code}).` : 'What it answers cannot be read.'
}
