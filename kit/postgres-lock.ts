import { execFileSync } from 'node:child_process'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresError } from './postgres-error.ts'

/**
 * One Rialto per data folder. The file names a process and when it started, so a process that got the
 * same number later, after a crash or in a restarted container, is not taken for the holder.
 */
export function claimFolder(folder: string): () => void {
  const file = join(folder, 'postgres.lock')
  const draft = `${file}.${process.pid}.new`
  writeFileSync(draft, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    takeLock(folder, file, draft)
  } finally {
    rmSync(draft, { force: true })
  }
  return () => rmSync(file, { force: true })
}

function takeLock(folder: string, file: string, draft: string): void {
  // Each round takes the lock, sees a live holder, or removes one dead lock; rivals make it a few.
  for (let round = 0; round < 20; round++) {
    try {
      // A link appears whole or not at all; a file that is created and then written can be read empty.
      linkSync(draft, file)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = read(file)
    if (holder && isAlive(holder.pid) && identify(holder.pid).started === holder.started)
      throw inUse(folder, holder.pid)
    dropDead(file, holder)
  }
  throw new PostgresError(`Several Rialtos start on ${folder} at once. Start one of them.`)
}

/** In a container whose first process does not collect the dead, they keep their number: those do not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return process.platform !== 'linux' || statOf(pid)[0] !== 'Z'
}

function inUse(folder: string, pid: number): PostgresError {
  return new PostgresError(
    `The data folder ${folder} is in use by another Rialto, process ${pid}. ` +
      'Stop that one, or give this one a folder of its own with RIALTO_DATA. A service that runs by itself next to ' +
      'it needs a database of its own, such as by ORDERS_DATABASE_URL.',
  )
}

interface Holder {
  readonly pid: number
  readonly started: string
}

function read(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch {
    // Missing: the holder has just left. Unreadable: a crash cut the write short, so nobody holds it.
    return undefined
  }
}

/** Renaming shows which lock was taken away: a rival may have replaced the dead one in between. */
function dropDead(file: string, dead: Holder | undefined): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  const taken = read(aside)
  if (taken && (taken.pid !== dead?.pid || taken.started !== dead.started)) {
    try {
      linkSync(aside, file)
    } catch {
      // A third one has the lock meanwhile; the next round sees it.
    }
  }
  rmSync(aside, { force: true })
}

function identify(pid: number): Holder {
  return { pid, started: startOf(pid) }
}

/** When a process started, in whatever words the system has for it; empty where it does not tell. */
function startOf(pid: number): string {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      return `${boot} ${statOf(pid)[19]}`
    }
    if (process.platform === 'win32') return ''
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

/** What Linux tells of a process after its name: its state, and much later when it started. */
function statOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return []
  }
}
