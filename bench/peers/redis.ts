import { until } from '@rialto/kit/until'
import { freePort, isListening, launch, type Program } from './processes.ts'

/** An empty Redis that writes nothing to the disk, for as long as it is needed. */
export async function openRedis(folder: string, log: string): Promise<Program & { readonly url: string }> {
  const port = await freePort()
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ]
  const program = launch({ name: 'redis-server', command: 'redis-server', args, cwd: folder, log })
  await until('Redis answers', async () => {
    try {
      program.check()
    } catch (error) {
      throw new Error(
        `Medusa needs redis-server, such as of the package redis-server. ${(error as Error).message}`,
      )
    }
    return isListening(port)
  })
  return { ...program, url: `redis://127.0.0.1:${port}` }
}
