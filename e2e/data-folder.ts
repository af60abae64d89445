import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Names the data of a shop that opened once and that nobody has used, of which tests take copies. */
export const preparedSetting = 'RIALTO_E2E_DATA'

/**
 * A folder for the data of one shop, which whoever asks for it removes. It holds a copy of the prepared data, else nothing:
 * a shop makes its databases at its first start, which takes most of it.
 */
export async function makeDataFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `rialto-${name}-`))
  const prepared = process.env[preparedSetting]
  if (!prepared) return folder
  try {
    // It keeps owners and modes, which PostgreSQL looks at.
    const copying = spawn('cp', ['-a', `${prepared}/.`, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = await once(copying, 'exit')
    if (code !== 0) throw new Error(`The prepared data of ${prepared} could not be copied to ${folder}.`)
    return folder
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}
