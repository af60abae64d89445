import { ApiProblem } from '@rialto/sdk'
import { signIn } from './demo.ts'
import { demoAccounts } from './demo-accounts.ts'

// What the commands that work on a running shop have in common.

/** Runs a command; its result is the exit code, and what goes wrong is told in one line. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    // Who reads the first lines only, as `head` does, has what they want.
    process.exit()
  })
  try {
    process.exitCode = await command()
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exitCode = 1
  }
}

/** The shop that `--url` names, else the one on this machine. */
export function shopUrl(given: string | undefined): string {
  return given ?? `http://localhost:${process.env.PORT ?? 3000}`
}

/** Acts as the staff of RIALTO_ADMIN_EMAIL and RIALTO_ADMIN_PASSWORD, by default those of the demo. */
export function signInStaff(url: string) {
  const { RIALTO_ADMIN_EMAIL: email, RIALTO_ADMIN_PASSWORD: password } = { ...demoAccounts, ...process.env }
  return signIn(url, email, password)
}

/** Says why a command did not do its work, and what to do. */
function explain(error: unknown): string {
  if (error instanceof ApiProblem) return `The shop refused: ${error.message}`
  const { code, message, cause } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `There is no such file. ${message}`
  const refused = (cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED'
  return refused ? 'The shop does not answer. Start it with `npm start`, or name it with --url.' : message
}
