import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onceItAnswers } from './database-away.ts'
import { is, unavailable } from './problem.ts'

/** Work that meets these errors in turn, and then is done. */
function failing(...errors: readonly Error[]) {
  let attempts = 0
  const work = async () => {
    const error = errors[attempts++]
    if (error) throw error
    return attempts
  }
  return work
}

const away = () => unavailable('It restarts.', {})
const restarting = () => Object.assign(new Error('terminating connection'), { code: '57P01' })

test('who starts while the database restarts waits for it', async () => {
  assert.equal(await onceItAnswers(failing(away(), restarting()), { everyMs: 1 }), 3)
})

test('a database that stays away is told, and not waited for without end', async () => {
  const starting = onceItAnswers(failing(away(), away()), { limitMs: 0 })
  await assert.rejects(starting, (error) => is(error, unavailable))
})

test('what is wrong with the database itself is told at once', async () => {
  await assert.rejects(onceItAnswers(failing(new Error('no rights'))), /no rights/)
})
