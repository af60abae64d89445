import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Account, runAs } from './postgres-account.ts'
import { PostgresError } from './postgres-error.ts'

/** A shell takes a fraction of a Node process's memory, but Windows has none and no signals either. */
export type GuardKind = 'shell' | 'node'

export interface GuardOrder {
  readonly kind: GuardKind
  /** The server with its arguments. */
  readonly command: readonly string[]
  readonly account: Account
  /** What it is, for messages. */
  readonly what: string
  /** Where its data is. */
  readonly folder: string
  readonly pgCtl: string
  /** A folder to remove with all that is in it when the server has ended, or ''. */
  readonly doomed: string
  /** The socket's folder, removed when the server has left it empty, or ''. */
  readonly socketFolder: string
  /** The file for what the server writes until it has opened its log. */
  readonly output: string
}

export interface Guard {
  readonly ended: Promise<void>
  hasEnded(): boolean
  stop(): Promise<void>
}

const stopLimitMs = 10_000

/**
 * Starts a server, such as PostgreSQL, under a guard: a process in a session of its own, so that neither Ctrl-C nor the
 * loss of the terminal reaches it, with a pipe from Rialto. When the pipe ends, because Rialto stops or
 * was killed, the guard stops the server, first in order, then at once (the next start recovers).
 */
export function startGuard(order: GuardOrder): Guard {
  const { file, args, options } = runAs(
    order.account,
    ...(order.kind === 'node' ? node(order) : shell(order)),
  )
  const output = openSync(order.output, 'w', 0o600)
  const guard = spawn(file, args, { ...options, stdio: ['pipe', output, output], detached: true })
  closeSync(output)
  // A program that forgets to stop the database still ends, and the pipe with it.
  guard.unref()
  const pipe = guard.stdin as Socket | null
  pipe?.unref()
  pipe?.on('error', () => undefined)
  let over = false
  const ended = new Promise<void>((resolve) => {
    const finish = () => {
      over = true
      resolve()
    }
    guard.once('exit', finish).once('error', finish)
  })
  const stop = async () => {
    guard.ref()
    pipe?.end()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      const message = `${order.what} in ${order.folder} does not stop; its guard is process ${guard.pid}.`
      timer = setTimeout(() => reject(new PostgresError(message)), stopLimitMs)
    })
    await Promise.race([ended, late]).finally(() => clearTimeout(timer))
  }
  return { ended, hasEnded: () => over, stop }
}

function shell({ command, doomed, socketFolder }: GuardOrder): [string, string[]] {
  return ['/bin/sh', ['-c', script, 'rialto-guard', doomed, socketFolder, ...command]]
}

/** There pg_ctl starts the server, which also sheds an administrator's rights. */
function node({ command, doomed, socketFolder, pgCtl, folder }: GuardOrder): [string, string[]] {
  const program = fileURLToPath(new URL('./postgres-guard.mjs', import.meta.url))
  return [process.execPath, [program, doomed, socketFolder, pgCtl, folder, ...command.slice(1)]]
}

// The server may end by itself while a subshell waits for the pipe: USR1 ends that wait, but not the
// count-down to the immediate stop, which notices by itself that nothing is left to stop.
const script = `
trap '' HUP INT TERM
doomed=$1; socket=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(
  read -r _ <&3
  trap '' USR1
  kill -INT $server
  tries=0
  while kill -0 $server && [ $tries -lt 44 ]; do sleep 0.05; tries=$((tries + 1)); done
  kill -QUIT $server
) >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait $server
code=$?
[ -n "$socket" ] && rmdir -- "$socket" 2>/dev/null
kill -USR1 $reader
wait $reader
[ -n "$doomed" ] && rm -rf -- "$doomed"
exit $code
`
