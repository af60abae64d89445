import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dockerFor } from './docker.ts'

const root = join(import.meta.dirname, '../..')
const authorityImage = 'rialto-build-base'

export interface ImagePlan {
  readonly commit: string
  readonly tag: string
  /** What stands in for the public base image. */
  readonly base: string
}

/** Builds the image of a commit, from what git holds of it and nothing else. */
export async function buildImage({ commit, tag, base }: ImagePlan): Promise<void> {
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: root, maxBuffer: 2 ** 30 })
  const buildBase = await baseWithAuthorities(base)
  const args = [`NODE_IMAGE=${base}`, `BUILD_IMAGE=${buildBase}`, `REVISION=${commit}`]
  const words = ['build', '--file', 'deploy/Dockerfile', '--tag', tag]
  await dockerFor([...words, ...args.flatMap((arg) => ['--build-arg', arg]), '-'], { input: archive })
}

export function commitOf(name: string): string {
  const words = ['rev-parse', '--verify', `${name}^{commit}`]
  return execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
}

/**
 * Where npm here has to trust an authority of its own (`cafile`), as behind a proxy that opens TLS, the build has to
 * as well. The image that comes out is not made on this base.
 */
export async function baseWithAuthorities(base: string): Promise<string> {
  const file = process.env.NODE_EXTRA_CA_CERTS || npmSetting('cafile')
  if (!file || !existsSync(file)) return base
  const folder = mkdtempSync(join(tmpdir(), 'rialto-base-'))
  try {
    copyFileSync(file, join(folder, 'authorities.crt'))
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${base}\nCOPY authorities.crt /etc/authorities.crt\n` +
        'RUN mkdir -p /usr/local/etc && echo cafile=/etc/authorities.crt > /usr/local/etc/npmrc\n',
    )
    await dockerFor(['build', '--tag', authorityImage, folder])
    return authorityImage
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function npmSetting(name: string): string {
  const value = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: tmpdir() }).trim()
  return value === 'null' || value === 'undefined' ? '' : value
}
