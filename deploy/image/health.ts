// Whether the process in this container takes work; Docker asks by this file.

const port = process.env.PORT || '3000'
const reply = await fetch(`http://127.0.0.1:${port}/health/ready`, {
  signal: AbortSignal.timeout(9_000),
}).catch((error: Error) => error)
const isReady = reply instanceof Response && reply.ok
process.stdout.write(reply instanceof Response ? await reply.text() : reply.message)
process.exitCode = isReady ? 0 : 1
