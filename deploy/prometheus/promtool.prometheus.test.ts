import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const folder = import.meta.dirname

function promtool(...words: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', words, { cwd: folder, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

test('Prometheus takes its configuration with all rules', () => {
  const { status, said } = promtool('check', 'config', 'prometheus.yaml')
  assert.equal(status, 0, said)
  assert.match(said, /2 rule files found/)
})

test('alarms ring when they should, and at no other time', () => {
  const { status, said } = promtool('test', 'rules', 'rules.promtool.yaml')
  assert.equal(status, 0, said)
})
