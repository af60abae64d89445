import { get } from 'node:http'

// Whether the process in this container takes work; Docker asks by this file, every few seconds in each container. So it
// is plain JavaScript and loads little: as TypeScript with `fetch` it takes three times as long.

const limitMs = 9_000
const question = get({ host: '127.0.0.1', port: process.env.PORT || '3000', path: '/health/ready' })
question.setTimeout(limitMs, () => question.destroy(new Error(`no answer within ${limitMs / 1_000} s`)))
question.on('error', ({ message }) => end(1, message))
question.on('response', (reply) => {
  let said = ''
  reply.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  reply.on('end', () => end(reply.statusCode === 200 ? 0 : 1, said))
})

function end(code, said) {
  process.stdout.write(said)
  process.exitCode = code
}
