import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { databaseSetting, isKnownSecret } from '../../platform-settings.ts'
import { serviceNames } from '../../services.ts'

const folder = join(import.meta.dirname, '..')
const text = readFileSync(join(folder, 'compose.yaml'), 'utf8')
const example = readFileSync(join(folder, 'production.env.example'), 'utf8')

interface Container {
  readonly image: string
  readonly command?: readonly string[]
  readonly read_only?: boolean
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
}

const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, Container>> }

test('every part of Rialto is a container with a file system that only reads', () => {
  for (const name of [...serviceNames, 'gateway']) {
    assert.deepEqual(services[name]?.command, [name])
    assert.equal(services[name]?.read_only, true, name)
  }
})

test('a part knows the database of its own service alone', () => {
  for (const name of [...serviceNames, 'gateway']) {
    const known = Object.keys(services[name]?.environment ?? {}).filter((key) =>
      key.endsWith('_DATABASE_URL'),
    )
    assert.deepEqual(known, name === 'gateway' ? [] : [databaseSetting(name)])
  }
})

test('the shop alone is open to other machines', () => {
  for (const [name, { ports = [] }] of Object.entries(services))
    assert.ok(name === 'gateway' || ports.every((port) => port.startsWith('127.0.0.1:')), name)
})

test('each key of the fleet is in the example for production, as one that production refuses', () => {
  const keys = [...text.matchAll(/\$\{([A-Z_]+):-(development-only[^}]*|rialto-demo-admin)\}/g)]
  const given = new Map(
    [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  assert.ok(keys.length >= serviceNames.length + 5)
  for (const [, name = ''] of keys) assert.ok(isKnownSecret(given.get(name) ?? ''), name)
})
