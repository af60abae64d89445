const { bootstrap } = require('@vendure/core')
const { config } = require('./vendure-config')

bootstrap(config).catch(fail)

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`)
  process.exit(1)
}
