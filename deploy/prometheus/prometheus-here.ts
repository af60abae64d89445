import { execFileSync } from 'node:child_process'

export const howToGetPrometheus =
  'needs Prometheus with promtool: apt-get install prometheus, brew install prometheus, or https://prometheus.io/download.'

export function prometheusIsHere(): boolean {
  try {
    for (const program of ['promtool', 'prometheus'])
      execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
