import { rm } from 'node:fs/promises'
import type { Member } from '../../fleet/member.ts'
import { type Fleet, openFleet } from '../../fleet/open-fleet.ts'
import { type MemberName, replicasOf } from '../../fleet/plan.ts'
import { makeDataFolder } from '../data-folder.ts'
import { environmentOf } from '../shop.ts'

/** A fleet of real processes on a data folder of its own, whose places a test can empty and fill. */
export interface TestFleet extends Fleet {
  readonly dataDir: string
  /** All places of a part. */
  places(name: MemberName): readonly Member[]
  /** What the fleet has told so far. */
  readonly output: string
  close(): Promise<void>
}

export interface TestFleetOptions {
  /** As on the command line: `orders=2,inventory=2`. */
  readonly replicas?: string
  readonly env?: Readonly<Record<string, string>>
  readonly dataDir?: string
}

export async function openTestFleet({
  replicas = '',
  env = {},
  dataDir,
}: TestFleetOptions = {}): Promise<TestFleet> {
  const folder = dataDir ?? (await makeDataFolder('fleet'))
  const removeFolder = () => (dataDir ? undefined : rm(folder, { recursive: true, force: true }))
  const environment = {
    ...environmentOf(folder, env),
    LOG_LEVEL: env.LOG_LEVEL ?? 'error',
    // Of the test runner: a process that is started here is none of its tests.
    NODE_TEST_CONTEXT: undefined,
  }
  let output = ''
  const tell = (line: string) => {
    output += `${line}\n`
  }
  try {
    const fleet = await openFleet({ environment, replicas: replicasOf(['--replicas', replicas]), tell })
    return {
      get url() {
        return fleet.url
      },
      get output() {
        return output
      },
      members: fleet.members,
      settings: fleet.settings,
      replaceAll: fleet.replaceAll,
      stop: fleet.stop,
      dataDir: folder,
      places: (name) => fleet.members.filter((member) => member.name === name),
      close: async () => {
        await fleet.stop()
        await removeFolder()
      },
    }
  } catch (error) {
    await removeFolder()
    throw error
  }
}
