import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Type } from './schema.ts'
import { readSettings, WrongSettings } from './settings.ts'

const declared = [
  {
    config: Type.Object({
      PORT: Type.Integer({ default: 3000, maximum: 65_535, description: 'Give a port.' }),
    }),
  },
  {
    config: Type.Object({
      SECRET: Type.String({ minLength: 32, secret: true, description: 'Give 32 characters.' }),
    }),
  },
]
const secret = 'x'.repeat(32)

test('settings are read in their types, with defaults, and others are left alone', () => {
  assert.deepEqual(readSettings(declared, { PORT: '80', SECRET: secret, HOME: '/root' }), {
    PORT: 80,
    SECRET: secret,
  })
  assert.deepEqual(readSettings(declared, { PORT: '', SECRET: secret }), { PORT: 3000, SECRET: secret })
})

test('every wrong setting is named with its fix in one message, and secrets are not shown', () => {
  const read = () => readSettings(declared, { PORT: 'eighty', SECRET: 'short' })
  assert.throws(read, (error) => {
    assert.ok(error instanceof WrongSettings)
    assert.match(error.message, /PORT must be integer \(it is "eighty"\)\. Give a port\./)
    assert.match(error.message, /SECRET must NOT have fewer than 32 characters\. Give 32 characters\./)
    assert.ok(!error.message.includes('short"'))
    return true
  })
  assert.throws(() => readSettings(declared, {}), /SECRET is required/)
})

test('what two declare has to be as both say, and is told once', () => {
  const name = (more: object) => ({
    config: Type.Object({ NAME: Type.Optional(Type.String({ description: 'Give it.', ...more })) }),
  })
  const of = [name({}), name({ maxLength: 3, description: 'Give a short one.' }), name({ default: 'One' })]
  assert.deepEqual(readSettings(of, {}), { NAME: 'One' })
  assert.deepEqual(readSettings(of, { NAME: 'Two' }), { NAME: 'Two' })
  assert.throws(
    () => readSettings(of, { NAME: 'Three' }),
    (error) => {
      assert.equal(
        (error as Error).message.match(/NAME must NOT have more than 3 characters .*Give it\./g)?.length,
        1,
      )
      return true
    },
  )
})
