import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Order, Report } from './load.ts'
import type { Sample } from './sample.ts'

/** The process that makes the load: the same one for all platforms, apart from what it measures. */
export interface Load {
  obey(order: Order): Promise<Sample | undefined>
  stop(): void
}

export function startLoad(): Load {
  const child: ChildProcess = fork(join(import.meta.dirname, 'load.ts'), {
    stdio: 'inherit',
    serialization: 'advanced',
  })
  const stop = () => void child.kill('SIGKILL')
  process.once('exit', stop)
  return {
    obey: (order) =>
      new Promise((resolve, reject) => {
        const leave = () => {
          child.off('message', hear)
          child.off('exit', mourn)
        }
        const hear = ({ sample, failed }: Report) => {
          leave()
          if (failed) reject(new Error(failed))
          else resolve(sample)
        }
        const mourn = (code: number | null, signal: string | null) => {
          leave()
          reject(new Error(`The process that makes the load has ended: ${signal ?? code}`))
        }
        child.once('message', hear)
        child.once('exit', mourn)
        child.send(order)
      }),
    stop: () => {
      process.off('exit', stop)
      stop()
    },
  }
}
