import { spawnSync } from 'node:child_process'
import { readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

// The guard of PostgreSQL for Windows; postgres-guard.ts says what a guard is for.
const [doomed, socketFolder, pgCtl, cluster, ...options] = process.argv.slice(2)
const control = (...args) =>
  spawnSync(pgCtl, [...args, '-D', cluster], { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true })

process.on('SIGINT', () => {})
process.stdin.on('end', () => finish(true)).on('error', () => finish(true))
process.stdin.resume()

const started = control('start', '-w', '-t', '300', '-o', options.map(quote).join(' '))
const watch = setInterval(() => isGone() && finish(false), 500)
if (started.status !== 0) finish(false)

function finish(running) {
  clearInterval(watch)
  if (running && control('stop', '-m', 'fast', '-t', '3').status !== 0) control('stop', '-m', 'immediate')
  if (socketFolder) removeIfEmpty(socketFolder)
  if (doomed) rmSync(doomed, { recursive: true, force: true, maxRetries: 10 })
  process.exit(started.status || 0)
}

function isGone() {
  try {
    process.kill(Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[0]), 0)
    return false
  } catch (error) {
    return error.code !== 'EPERM'
  }
}

function removeIfEmpty(folder) {
  try {
    rmdirSync(folder)
  } catch {
    // A server that was killed leaves its socket there; the next start takes it over.
  }
}

function quote(word) {
  return /[\s"]/.test(word) ? `"${word}"` : word
}
