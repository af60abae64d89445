import { join, resolve } from 'node:path'
import { openDatabase } from '@rialto/kit/database'
import { onceItAnswers } from '@rialto/kit/database-away'
import { migrate } from '@rialto/kit/migrate'
import { provideDatabase } from '@rialto/kit/provide-database'
import { Type } from '@rialto/kit/schema'
import { readSettings, WrongSettings } from '@rialto/kit/settings'
import { databaseSetting, databaseSettings } from '../../platform-settings.ts'
import { isFolder } from '../../service-folder.ts'
import { isServiceName } from '../../services.ts'

// node deploy/image/migrate.ts orders: brings the service's database to the newest schema, and ends. With
// ADMIN_DATABASE_URL it makes the database first where there is none. Services do the same when they start: this is
// for those who want to see it done before they replace a process.

const admin = {
  config: Type.Object({
    ADMIN_DATABASE_URL: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://[^/]+/[^/]+',
        secret: true,
        description:
          'Give the address of one who may make roles and databases, or none where they are there.',
      }),
    ),
  }),
}

const [word = '', ...more] = process.argv.slice(2)
if (more.length > 0 || !(isServiceName(word) || isFolder(word))) {
  process.stderr.write('node deploy/image/migrate.ts NAME migrates the database of one service.\n')
  process.exit(2)
}
try {
  await migrateOne(word)
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

async function migrateOne(part: string): Promise<void> {
  const directory = isFolder(part) ? resolve(part) : join(import.meta.dirname, '../../services', part)
  const name = directory.split('/').at(-1) ?? part
  const settings = readSettings([admin, databaseSettings([name])], process.env) as Record<
    string,
    string | undefined
  >
  const url = settings[databaseSetting(name)]
  if (url === undefined)
    throw new WrongSettings([`${databaseSetting(name)} is missing. Give the address of the database.`])
  if (settings.ADMIN_DATABASE_URL) await provideDatabase(settings.ADMIN_DATABASE_URL, url)
  const database = openDatabase({ url, poolSize: 1 })
  try {
    await onceItAnswers(() => migrate(database, directory))
  } finally {
    await database.close()
  }
  process.stdout.write(`The database of ${name} has the newest schema.\n`)
}
