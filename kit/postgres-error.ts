/** PostgreSQL could not be started; the message names the folder and what to do, for the terminal. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
}

const reasons: readonly (readonly [RegExp, (folder: string) => string])[] = [
  [
    /No space left on device|ENOSPC|disk quota exceeded/i,
    (folder) => `The disk that holds ${folder} is full. Free some space and start again; nothing is lost.`,
  ],
  [
    /could not locate a valid checkpoint|not a valid data directory|pg_control|incorrect checksum|invalid magic number|could not (open|read) file "(global|base|pg_wal|pg_xact)/i,
    (folder) =>
      `The database in ${folder} is damaged. Restore a backup of the folder, ` +
      'or move the folder away to begin with an empty shop.',
  ],
  [
    /wrong ownership|Permission denied|EACCES|EPERM|Operation not permitted|EROFS/i,
    (folder) =>
      `This account may not use the database's folder ${folder}. Start Rialto as the account that ` +
      'made it, give the folder to this one (chown -R), or choose another with RIALTO_DATA.',
  ],
  [/invalid permissions/i, (folder) => `Others may read the database's folder. Run: chmod 700 ${folder}`],
  [
    /shared memory|semaphores|Cannot allocate memory|out of memory/i,
    (folder) => `There is too little memory to start the database in ${folder}. Close other programs.`,
  ],
  [
    /Address already in use|could not bind|could not create any (TCP|Unix)/i,
    (folder) => `The database in ${folder} could not listen: its address is taken. Start again.`,
  ],
  [
    /GLIBC|error while loading shared libraries|cannot execute|not found|ENOENT/i,
    () =>
      'The embedded PostgreSQL does not run on this system (it needs glibc on Linux). Install PostgreSQL ' +
      'and set <SERVICE>_DATABASE_URL for every service.',
  ],
]

/** Turns what PostgreSQL wrote before it gave up into a sentence with the folder and the fix. */
export function explain(output: string, folder: string, options?: { cause: unknown }): PostgresError {
  const words = output.trim()
  const reason = reasons.find(([pattern]) => pattern.test(words))
  const sentence = reason?.[1](folder) ?? `The database in ${folder} did not start.`
  const last = words.split('\n').slice(-8).join('\n  ')
  return new PostgresError(last ? `${sentence}\n  ${last}` : sentence, options)
}
