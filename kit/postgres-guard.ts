import { fileURLToPath } from 'node:url'

/**
 * PostgreSQL hangs on a guard: a process in a session of its own, so that neither Ctrl-C nor the
 * loss of the terminal reaches it, with a pipe from Rialto. When the pipe ends, because Rialto stops or
 * was killed, the guard stops PostgreSQL, first politely, then at once (the next start recovers),
 * and removes the folder that it was given.
 */
export interface GuardOrder {
  /** The server with its arguments. */
  readonly command: readonly string[]
  /** Removed when the server has ended: its socket's folder, or a whole throwaway cluster. */
  readonly doomed: string
  readonly pgCtl: string
  readonly cluster: string
}

/** A shell takes a fraction of the memory of a Node process, and every Unix has one. */
export function shellGuard({ command, doomed }: GuardOrder): [string, string[]] {
  return ['/bin/sh', ['-c', script, 'rialto-postgres-guard', doomed, ...command]]
}

/** Windows has no signals; there pg_ctl starts the server, which also sheds administrator rights. */
export function nodeGuard({ command, doomed, pgCtl, cluster }: GuardOrder): [string, string[]] {
  const program = fileURLToPath(new URL('./postgres-guard.mjs', import.meta.url))
  return [process.execPath, [program, doomed, pgCtl, cluster, ...command.slice(1)]]
}

const script = `
trap '' HUP INT TERM
doomed=$1; shift
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(
  read -r _ <&3
  kill -INT $server
  tries=0
  while kill -0 $server && [ $tries -lt 22 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -QUIT $server
) >/dev/null 2>&1 &
reader=$!
exec 3<&-
wait $server
code=$?
kill -KILL $reader
wait $reader
[ -n "$doomed" ] && rm -rf -- "$doomed"
exit $code
`
