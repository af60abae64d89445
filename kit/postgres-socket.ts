import { createHash } from 'node:crypto'
import { chownSync, lstatSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from './postgres-account.ts'

/** A socket's path has at most 103 bytes on macOS and 107 on Linux, so a deep temporary folder is no use. */
export function temporaryFolder(): string {
  return Buffer.byteLength(tmpdir()) <= 60 ? tmpdir() : '/tmp'
}

/**
 * The folder of the server's Unix socket, closed to everyone but the account. The data folder always gets
 * the same one, so addresses stay valid over a restart of the server.
 */
export function openSocketFolder(dataDir: string, account: Account): string {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const folder = join(temporaryFolder(), `rialto-${hash}`)
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Everyone may write to the temporary folder: somebody else's folder there is not to be trusted.
    return isOwn(folder, account) ? folder : give(mkdtempSync(`${folder}-`), account)
  }
  return give(folder, account)
}

function give(folder: string, { uid, gid }: Account): string {
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid)
  return folder
}

function isOwn(folder: string, account: Account): boolean {
  const info = lstatSync(folder)
  const owner = account.uid ?? process.getuid?.()
  return info.isDirectory() && info.uid === owner && (info.mode & 0o077) === 0
}
