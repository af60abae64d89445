import { ApiProblem } from '@rialto/sdk'

/** Says on a terminal why a command did not do its work, and what to do. */
export function explain(error: unknown): string {
  if (error instanceof ApiProblem) return `The shop refused: ${error.message}`
  const { code, message, cause } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return `There is no such file. ${message}`
  const refused = (cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED'
  return refused ? 'The shop does not answer. Start it with `npm start`, or name it with --url.' : message
}
