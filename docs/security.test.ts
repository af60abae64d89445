import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

// A claim about security names a test that is there, and no requirement is left out.

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(import.meta.dirname, 'security.md'), 'utf8')

interface Line {
  readonly ids: readonly string[]
  readonly state: string
  readonly where: string
}

/** How many requirements each section of ASVS 5.0.0 has, and those of level 3, which are not asked for. */
const sections: Readonly<Record<string, readonly [number, ...number[]]>> = {
  '1.1': [2],
  '1.2': [10, 10],
  '1.3': [12, 12],
  '1.4': [3],
  '1.5': [3, 3],
  '2.1': [3],
  '2.2': [3],
  '2.3': [5, 5],
  '2.4': [2, 2],
  '3.2': [2],
  '3.3': [5, 5],
  '3.4': [7, 7],
  '3.5': [7, 6, 7],
  '3.7': [5, 3, 4, 5],
  '4.1': [5, 4, 5],
  '4.2': [5, 2, 3, 4, 5],
  '4.3': [2],
  '4.4': [4],
  '5.1': [1],
  '5.2': [6, 4, 5, 6],
  '5.3': [3, 3],
  '5.4': [3],
  '6.1': [3],
  '6.2': [12, 12],
  '6.3': [8, 4, 5, 6, 7, 8],
  '6.4': [6, 5, 6],
  '6.5': [8, 6, 7, 8],
  '6.6': [4, 4],
  '6.8': [4],
  '7.1': [3],
  '7.2': [4],
  '7.3': [2],
  '7.4': [5],
  '7.5': [3, 3],
  '7.6': [2],
  '8.1': [4, 3, 4],
  '8.2': [4, 4],
  '8.3': [3, 2, 3],
  '8.4': [2, 2],
  '9.1': [3],
  '9.2': [4],
  '10.1': [2],
  '10.2': [3, 3],
  '10.5': [5],
  '11.1': [4, 3, 4],
  '11.2': [5, 4, 5],
  '11.3': [5, 4, 5],
  '11.4': [4, 4],
  '11.5': [2, 2],
  '11.6': [2, 2],
  '12.1': [5, 4, 5],
  '12.2': [2],
  '12.3': [5, 5],
  '13.1': [4, 2, 3, 4],
  '13.2': [6, 6],
  '13.3': [4, 3, 4],
  '13.4': [7, 6, 7],
  '14.1': [2],
  '14.2': [8, 5, 6, 7, 8],
  '14.3': [3],
  '15.1': [5, 4, 5],
  '15.2': [5, 4, 5],
  '15.3': [7],
  '16.1': [1],
  '16.2': [5],
  '16.3': [4],
  '16.4': [3],
  '16.5': [4, 4],
}

test('each requirement of level 2 stands in one line', () => {
  const wanted = Object.entries(sections).flatMap(([section, [count, ...beyond]]) =>
    Array.from({ length: count }, (_, at) => at + 1)
      .filter((number) => !beyond.includes(number))
      .map((number) => `${section}.${number}`),
  )
  // These chapters and sections are answered as a whole.
  const told = linesOf(page)
    .flatMap(({ ids }) => ids)
    .filter((id) => !['10.3', '10.4', '10.6', '10.7', '17'].includes(id))
  assert.deepEqual(told.toSorted(), wanted.toSorted())
})

test('what is held names a test that is there, or the place in the code', () => {
  for (const { ids, state, where } of linesOf(page)) {
    assert.ok(['held', 'partly', 'not yet', 'yours', 'none'].includes(state), `${ids}: ${state}`)
    if (state === 'held') assert.deepEqual(faultsOf(where), [], String(ids))
    if (state === 'partly') assert.ok(where !== '', String(ids))
  }
})

test('it is noticed when a test is gone, or none is named', () => {
  assert.deepEqual(faultsOf('`kit/gone.test.ts`'), ['kit/gone.test.ts is not there'])
  assert.deepEqual(faultsOf('by care'), ['no test is named'])
  assert.equal(linesOf('| 1.1.1, 1.1.2 | what | held | `x` |')[0]?.ids.length, 2)
})

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    const [, ids = '', , state = '', where = ''] = line.split('|').map((cell) => cell.trim())
    return /^\d/.test(ids) ? [{ ids: ids.split(', '), state, where }] : []
  })
}

function faultsOf(where: string): string[] {
  const named = [...where.matchAll(/`([\w./-]+\.(?:ts|json))`/g)].map(([, path = '']) => path)
  const gone = named.filter((path) => !existsSync(join(root, path))).map((path) => `${path} is not there`)
  return named.some((path) => path.endsWith('.test.ts')) || /contracts/.test(where)
    ? gone
    : ['no test is named']
}
