import { execFileSync, type SpawnOptions } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { PostgresError } from './postgres-error.ts'

/**
 * As whom PostgreSQL runs. It refuses to run as root, so root hands it to an unprivileged account;
 * everyone else runs it as themselves (no ids then).
 */
export interface Account {
  readonly name?: string
  readonly uid?: number
  readonly gid?: number
  /** Linux only: what the account needs besides to get through folders that only root may enter. */
  readonly capability?: string
}

export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly options: SpawnOptions
}

/**
 * Chooses the account: whoever owns the cluster already, else `postgres` or `nobody`. `needed` are the
 * files and folders that it must reach.
 */
export function chooseAccount(cluster: string, needed: readonly string[]): Account {
  if (process.getuid?.() !== 0) return {}
  const plain = ownerOf(cluster) ?? systemAccount()
  // A checkout below /root is closed to the account. Copying the data elsewhere would part it from its
  // folder (and its volume and backup), so the account may pass closed folders instead, if root can.
  const candidates: Account[] = [plain]
  if (process.platform === 'linux')
    candidates.push({ ...plain, capability: 'dac_read_search' }, { ...plain, capability: 'dac_override' })
  const able = candidates.find((account) => reaches(account, needed))
  if (able) return able
  throw new PostgresError(
    `Root cannot run PostgreSQL, and the account "${plain.name}" cannot reach ${needed.join(' or ')}. ` +
      'Run Rialto as an ordinary user, or move the project (and RIALTO_DATA) to a folder that others may enter.',
  )
}

/** How to run a program as the account, with nothing of the caller's environment that PostgreSQL reads. */
export function runAs(account: Account, program: string, args: readonly string[]): Command {
  const options: SpawnOptions = { cwd: '/', env: cleanEnvironment(), windowsHide: true }
  if (process.platform === 'win32') return { file: program, args, options: { ...options, cwd: undefined } }
  if (account.capability) {
    const capabilities = `-all,+${account.capability}`
    const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`, '--clear-groups']
    // Without it access(2), by which PostgreSQL looks for its programs, would ignore the capability.
    ids.push('--securebits=+no_setuid_fixup')
    const rights = [`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, '--no-new-privs']
    return { file: 'setpriv', args: [...ids, ...rights, program, ...args], options }
  }
  return { file: program, args, options: { ...options, uid: account.uid, gid: account.gid } }
}

function reaches(account: Account, needed: readonly string[]): boolean {
  const script = 'for path; do test -r "$path" && test -x "$path" || exit 1; done'
  const { file, args, options } = runAs(account, '/bin/sh', ['-c', script, 'sh', ...needed])
  try {
    execFileSync(file, args, { ...options, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function ownerOf(cluster: string): Account | undefined {
  const info = statSync(cluster, { throwIfNoEntry: false })
  if (!info || info.uid === 0) return undefined
  return { name: nameOf(info.uid), uid: info.uid, gid: info.gid }
}

function systemAccount(): Account {
  const accounts = passwd()
  for (const wanted of ['postgres', '_postgres', 'nobody']) {
    const found = accounts.find(({ name }) => name === wanted)
    if (found) return found
  }
  throw new PostgresError(
    'Root cannot run PostgreSQL, and there is no account "postgres" or "nobody" to run it as. ' +
      'Run Rialto as an ordinary user.',
  )
}

function nameOf(uid: number): string {
  return passwd().find((account) => account.uid === uid)?.name ?? String(uid)
}

function passwd(): { name: string; uid: number; gid: number }[] {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  return lines.flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR']
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}
