import { copyFile, cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Installed } from './platform.ts'
import { run } from './processes.ts'

const settings = 'omit-lockfile-registry-resolved=true\nfund=false\naudit=false\nupdate-notifier=false\n'

/** Installs what the lock file in `source` says, without anything that only its development needs. */
export async function installPackages(source: string, folder: string, log: string): Promise<Installed> {
  await mkdir(folder, { recursive: true })
  await cp(source, folder, { recursive: true, filter: (path) => !path.includes('node_modules') })
  return installIn(folder, log)
}

async function installIn(folder: string, log: string): Promise<Installed> {
  await writeFile(join(folder, '.npmrc'), settings)
  const lock = await readFile(join(folder, 'package-lock.json'), 'utf8')
  const done = join(folder, 'installed-lock.json')
  if ((await readFile(done, 'utf8').catch(() => '')) !== lock) {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    // None of them needs the scripts of its packages.
    const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-fund', '--no-audit']
    await run({ name: `npm ci in ${folder}`, command: npm, args, cwd: folder, log })
    await writeFile(done, lock)
  }
  return measureInstall(folder)
}

/** Rialto's own packages without those of its development, and its code. */
export async function installRialto(root: string, folder: string, log: string): Promise<Installed> {
  await mkdir(folder, { recursive: true })
  const { workspaces } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    workspaces: string[]
  }
  for (const workspace of ['.', ...workspaces]) {
    const { dir, every } = { dir: workspace.replace('/*', ''), every: workspace.endsWith('/*') }
    const names = every ? await readdir(join(root, dir)) : ['.']
    for (const name of names) {
      const path = join(dir, name, 'package.json')
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await copyFile(join(root, path), join(folder, path)).catch(() => undefined)
    }
  }
  await copyFile(join(root, 'package-lock.json'), join(folder, 'package-lock.json'))
  return installIn(folder, log)
}

async function measureInstall(folder: string): Promise<Installed> {
  const hidden = join(folder, 'node_modules', '.package-lock.json')
  const { packages } = JSON.parse(await readFile(hidden, 'utf8')) as {
    packages: Record<string, { link?: boolean }>
  }
  const foreign = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  )
  return { packages: foreign.length, mebibytes: Math.round((await bytesIn(folder)) / 2 ** 20) }
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += await bytesIn(path)
    else if (entry.isFile()) bytes += (await stat(path)).size
  }
  return bytes
}
