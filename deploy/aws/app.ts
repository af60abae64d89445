import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { acknowledge } from './acknowledged.ts'
import { readSettings, WrongSettings } from './settings.ts'
import { stacks } from './stacks.ts'

// node deploy/aws/app.ts writes the templates to cdk.out; `cdk deploy --app "node deploy/aws/app.ts"` brings them to AWS.

try {
  const app = new App()
  const made = stacks(app, readSettings(process.env))
  acknowledge(made)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  app.synth()
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
