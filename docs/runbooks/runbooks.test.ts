import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { alarms } from '../../deploy/prometheus/alarms.ts'
import { ruleFiles } from '../../deploy/prometheus/rules.ts'
import { slos } from '../../deploy/prometheus/slos.ts'

// Who is woken at night must not look for a line or a command that is no longer there.

const root = join(import.meta.dirname, '../..')
const pages = new Map(
  readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.md'))
    .map((file) => [file, readFileSync(join(import.meta.dirname, file), 'utf8')]),
)
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
const code = execFileSync('git', ['ls-files', '-z', '--', '*.ts'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && !path.includes('.test.') && existsSync(join(root, path)))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n')

const quoted = (page: string) => [...page.matchAll(/"msg":"([^"]+)"/g)].map(([, said = '']) => said)
const notLogged = (page: string) => quoted(page).filter((said) => !code.includes(said))
const commands = (page: string) => [...page.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name)
const noCommands = (page: string) => commands(page).filter((name) => !(name in scripts))
const links = (page: string) => [...page.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target)

test('each line of the log that a page quotes is one that the code writes', () => {
  for (const [file, page] of pages) assert.deepEqual(notLogged(page), [], file)
  assert.ok([...pages.values()].flatMap(quoted).length >= 15)
})

test('each command that a page names is there', () => {
  for (const [file, page] of pages) assert.deepEqual(noCommands(page), [], file)
})

test('every page is in the index, tells all four things, and leads nowhere in vain', () => {
  const index = pages.get('README.md') ?? ''
  for (const [file, page] of pages) {
    for (const target of links(page)) assert.ok(existsSync(join(import.meta.dirname, target)), target)
    if (file === 'README.md') continue
    assert.ok(links(index).includes(file), file)
    const told = ['## You see', '## It means', '## Do', '## It is over when'].filter((part) =>
      page.includes(part),
    )
    assert.equal(told.length, 4, file)
  }
})

const rung = new Set([...alarms, ...slos].map(({ runbook }) => `${runbook}.md`))
const withoutPage = (rules: string) =>
  [...rules.matchAll(/runbook_url: ".*\/runbooks\/([^"]+)"/g)]
    .map(([, file = '']) => file)
    .filter((file) => !pages.has(file))
/** What is not rung is found by a line of the log, an answer or a command. */
const isFoundOtherwise = (page: string) =>
  commands(page).length > 0 || quoted(page).length > 0 || page.includes('GET /api')

test('each alarm leads to a page, and each page is for an alarm, a line of the log or a command', () => {
  const rules = Object.values(ruleFiles).join('\n')
  assert.deepEqual(withoutPage(rules), [])
  assert.equal([...rules.matchAll(/- alert:/g)].length, [...rules.matchAll(/runbook_url:/g)].length)
  for (const [file, page] of pages) assert.ok(rung.has(file) || isFoundOtherwise(page), file)
})

test('it is noticed when an alarm leads nowhere', () => {
  assert.deepEqual(withoutPage('runbook_url: "https://rialto.example/docs/runbooks/moon.md"'), ['moon.md'])
})

test('it is noticed when a page quotes what nobody says, or names what nobody can run', () => {
  assert.deepEqual(notLogged('{"level":50,"msg":"the moon is away"}'), ['the moon is away'])
  assert.deepEqual(noCommands('npm run moon'), ['moon'])
})
