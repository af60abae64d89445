import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

// The walls of the project as rules over its files. Each rule is shown to bite on a file that breaks it.

interface File {
  readonly path: string
  readonly text: string
}

interface Rule {
  readonly says: string
  /** Where the rule is broken: `path: what`. */
  readonly violations: (files: readonly File[]) => string[]
  /** A file that breaks it. */
  readonly bites: File
}

const rules: readonly Rule[] = [
  {
    says: 'a service imports of other services only the contract',
    violations: overImports((file, target) => {
      const own = /^services\/([^/]+)\//.exec(file.path)?.[1]
      const other = /^@rialto\/([^/]+)(?:\/(.+))?$/.exec(target)
      if (!own || !other || free.has(other[1] ?? '') || other[1] === own) return false
      return other[2] !== 'contract'
    }),
    bites: { path: 'services/cart/bad.ts', text: "import { x } from '@rialto/orders/order-store'" },
  },
  {
    says: 'nobody reaches into another room by a relative path',
    violations: overImports((file, target) => {
      if (!target.startsWith('.')) return false
      const room = roomOf(file.path)
      return room !== undefined && roomOf(new URL(target, `file:///${file.path}`).pathname.slice(1)) !== room
    }),
    bites: { path: 'services/cart/bad.ts', text: "import { x } from '../orders/contract.ts'" },
  },
  {
    says: 'the kit knows no service',
    violations: overImports((file, target) => file.path.startsWith('kit/') && target.startsWith('@rialto/')),
    bites: { path: 'kit/bad.ts', text: "import { orders } from '@rialto/orders/contract'" },
  },
  {
    says: 'pages use contracts and the client only, and what builds them the kit for it',
    violations: overImports((file, target) => {
      if (!file.path.startsWith('apps/') || !target.startsWith('@rialto/')) return false
      if (!file.path.includes('/src/') && target === '@rialto/kit/app-build') return false
      return !/^@rialto\/(sdk(\/[a-z-]+)?|kit\/(schema|money|contract|message-operations)|[^/]+\/contract)$/.test(
        target,
      )
    }),
    bites: {
      path: 'apps/storefront/src/bad.ts',
      text: "import { openDatabase } from '@rialto/kit/database'",
    },
  },
  {
    says: 'SQL stands in stores and migrations only',
    violations: overLines(
      ({ path }) => /^services\/.*\.ts$/.test(path) && !/(-store|\.test|\/testing[\w-]*)\.ts$/.test(path),
      /\.(?:rows|row|run)(?:<[^`]*>)?`|\bsql`/,
    ),
    bites: { path: 'services/cart/bad.ts', text: 'await tx.rows<Cart>`select * from carts`' },
  },
  {
    // PostgreSQL may run a subquery of `in` again for every row, each time with other rows to skip.
    says: 'a limited part of a table is picked with any(array(…)), which holds to its limit',
    violations: overText(
      ({ path }) => isCode(path) && path !== 'tidy.test.ts',
      /\bin \(\s*select\b[^`]*?\blimit\b/,
    ),
    bites: {
      path: 'services/cart/bad-store.ts',
      text: 'tx.run`delete from carts where id in (\n  select id from carts limit 1 for update skip locked)`',
    },
  },
  {
    says: 'a contract can be read in a browser: it imports schemas only',
    violations: overImports(
      (file, target) =>
        /^services\/.*\/contract\.ts$/.test(file.path) &&
        !/^(@rialto\/(kit\/(contract|schema|problem)|[^/]+\/contract)|\.\/[\w-]+\.ts)$/.test(target),
    ),
    bites: { path: 'services/cart/contract.ts', text: "import { readFile } from 'node:fs'" },
  },
  {
    says: 'no test is skipped, and none waits for time to pass',
    violations: overLines(
      ({ path }) => path.endsWith('.test.ts') && path !== 'tidy.test.ts',
      /\b(?:test|it|describe)\.(?:skip|todo|only)\b|\b(?:skip|todo|only): true|^(?!.*while \().*await (?:pause|sleep|delay|setTimeout)\(/,
    ),
    bites: { path: 'kit/bad.test.ts', text: "test.skip('later', () => {})" },
  },
  {
    says: 'nothing unfinished is left in the code',
    violations: overLines(
      ({ path }) => isCode(path) && path !== 'tidy.test.ts',
      /\b(?:TODO|FIXME|HACK)\b|not implemented/,
    ),
    bites: { path: 'kit/bad.ts', text: '// TODO finish' },
  },
  {
    says: 'a page or component has at most 300 lines',
    violations: (files) =>
      files
        .filter(({ path, text }) => path.endsWith('.astro') && text.split('\n').length > 300)
        .map(({ path }) => `${path}: too long`),
    bites: { path: 'apps/storefront/src/bad.astro', text: '\n'.repeat(301) },
  },
  {
    says: 'the lock file names no host',
    violations: overLines(({ path }) => path.endsWith('package-lock.json'), /"resolved": "https?:/),
    bites: { path: 'package-lock.json', text: '"resolved": "https://registry.example/x.tgz"' },
  },
]

const free = new Set(['kit', 'sdk'])
const files = trackedFiles()

for (const { says, violations, bites } of rules) {
  test(says, () => assert.deepEqual(violations(files), []))
  test(`it is noticed when not: ${says}`, () => assert.equal(violations([bites]).length, 1))
}

test('every service has a contract, a table of contents and a README', () => {
  const names = new Set(files.flatMap(({ path }) => /^services\/([^/]+)\/migrations\//.exec(path)?.[1] ?? []))
  assert.ok(names.size >= 10)
  for (const name of names) {
    for (const file of ['contract.ts', 'service.ts', 'README.md'])
      assert.ok(existsSync(`services/${name}/${file}`), `${name}/${file}`)
  }
})

function trackedFiles(): File[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    maxBuffer: 2 ** 26,
  })
  const paths = listed
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(path))
  const text = paths.filter((path) => isCode(path) || path.endsWith('package-lock.json'))
  return text.map((path) => ({ path, text: readFileSync(path, 'utf8') }))
}

function isCode(path: string): boolean {
  return /\.(?:tsx?|mjs|astro|sql|css)$/.test(path)
}

/** The folder whose insides are private: one per service and app, and the kit. */
function roomOf(path: string): string | undefined {
  return /^(?:services|apps)\/[^/]+|^kit|^sdk/.exec(path)?.[0]
}

function overImports(isWrong: (file: File, target: string) => boolean): Rule['violations'] {
  return (given) =>
    given
      .filter(({ path }) => isCode(path) && path !== 'tidy.test.ts')
      .flatMap((file) =>
        [...file.text.matchAll(/\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g)]
          .map(([, stated, dynamic]) => stated ?? dynamic ?? '')
          .filter((target) => isWrong(file, target))
          .map((target) => `${file.path}: ${target}`),
      )
}

function overText(applies: (file: File) => boolean, wrong: RegExp): Rule['violations'] {
  return (given) =>
    given.filter(applies).flatMap(({ path, text }) => {
      const found = wrong.exec(text)?.[0]
      return found === undefined ? [] : [`${path}: ${found.slice(0, 80)}`]
    })
}

function overLines(applies: (file: File) => boolean, wrong: RegExp): Rule['violations'] {
  return (given) =>
    given
      .filter(applies)
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, index) =>
            wrong.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 80)}`] : [],
          ),
      )
}
