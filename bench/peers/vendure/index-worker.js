const { bootstrapWorker } = require('@vendure/core')
const { config } = require('./vendure-config')

bootstrapWorker(config)
  .then((worker) => worker.startJobQueue())
  .catch(fail)

function fail(error) {
  process.stderr.write(`${error?.stack ?? error}\n`)
  process.exit(1)
}
