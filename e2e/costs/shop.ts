import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDatabases, testDatabases } from '@rialto/kit/postgres'
import { type Platform, startPlatform } from '../../platform.ts'
import { databaseSetting } from '../../platform-settings.ts'
import { serviceNames } from '../../services.ts'
import type { Urls } from '../checker.ts'
import { admin } from '../shop.ts'
import { withoutLimits } from '../without-limits.ts'

/** A shop in this process, whose databases stay when it has ended. */
export interface CountedShop {
  readonly platform: Platform
  readonly url: string
  readonly urls: Urls
  /** Ends the shop; its databases stay until they are closed. */
  end(): Promise<void>
  close(): Promise<void>
}

export async function openCountedShop(env: Readonly<Record<string, string>> = {}): Promise<CountedShop> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rialto-costs-'))
  const databases: TestDatabases = await testDatabases()
  const made = serviceNames.map(async (name) => [name, await databases.ensureDatabase(name)] as const)
  const urls = Object.fromEntries(await Promise.all(made))
  const platform = await startPlatform({
    pages: false,
    environment: {
      SANDBOX_WAREHOUSE: 'false',
      PORT: '0',
      HOST: '127.0.0.1',
      RIALTO_DATA: dataDir,
      LOG_LEVEL: 'silent',
      RIALTO_ADMIN_EMAIL: admin.email,
      RIALTO_ADMIN_PASSWORD: admin.password,
      ...withoutLimits,
      ...env,
      ...Object.fromEntries(serviceNames.map((name) => [databaseSetting(name), urls[name]])),
    },
  })
  let ending: Promise<void> | undefined
  const end = () => {
    ending ??= platform.stop({ atOnce: true })
    return ending
  }
  return {
    platform,
    url: platform.url,
    urls,
    end,
    close: async () => {
      await end()
      await databases.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
