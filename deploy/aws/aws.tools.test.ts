import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { App, Validations } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { AwsSolutionsChecks } from 'cdk-nag'
import { parse } from 'yaml'
import { serviceNames } from '../../services.ts'
import { acknowledge } from './acknowledged.ts'
import { serviceClasses } from './databases.ts'
import { readSettings, type Settings, type Size, scales, WrongSettings } from './settings.ts'
import { stacks } from './stacks.ts'

const settings: Settings = {
  account: '123456789012',
  region: 'eu-central-1',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  domain: 'shop.example.com',
  hostedZone: { id: 'Z0123456789', name: 'example.com' },
  alarmEmail: 'operator@example.com',
  size: 'standard',
}
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'rialto-aws-'))
after(() => rmSync(folder, { recursive: true }))

function made(size: Size) {
  const app = new App({ outdir: join(folder, size) })
  const both = stacks(app, { ...settings, size })
  acknowledge(both)
  const { shop, global } = both
  return { shop: Template.fromStack(shop), global: Template.fromStack(global) }
}

const small = made('small')
const standard = made('standard')
const large = made('large')

test('cdk-nag finds nothing that has no reason', () => {
  const findings = findingsOf('with-reasons', acknowledge)
  assert.deepEqual(findings, [])
})

test('without the reasons cdk-nag finds what they are for', ({ mock }) => {
  mock.method(process.stderr, 'write', () => true)
  mock.method(console, 'error', () => {})
  const findings = findingsOf('without', () => {})
  assert.ok(findings.some((finding) => finding.startsWith('AwsSolutions-SMG4 RialtoShop/SharedSecret')))
  assert.ok(findings.length > 10)
})

test('the same settings make the same templates, and nothing is looked up', () => {
  assert.deepEqual(made('small').shop.toJSON(), small.shop.toJSON())
  const manifest = JSON.parse(readFileSync(join(folder, 'small/manifest.json'), 'utf8')) as {
    missing?: unknown
  }
  assert.equal(manifest.missing, undefined)
})

test('every service has a secret and a database in one class, and no class is forgotten', () => {
  assert.deepEqual(Object.values(serviceClasses).flat().sort(), [...serviceNames].sort())
  standard.shop.resourceCountIs('AWS::RDS::DBCluster', Object.keys(serviceClasses).length)
  for (const name of serviceNames)
    standard.shop.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: `rialto/${name}`,
      GenerateSecretString: { SecretStringTemplate: Match.anyValue(), GenerateStringKey: 'password' },
    })
})

test('databases are encrypted, speak TLS only, lead nowhere, and cannot be taken away by mistake', () => {
  standard.shop.allResourcesProperties('AWS::RDS::DBCluster', {
    StorageEncrypted: true,
    DeletionProtection: true,
    CopyTagsToSnapshot: true,
    MasterUsername: Match.anyValue(),
  })
  standard.shop.allResources('AWS::RDS::DBCluster', { DeletionPolicy: 'Snapshot' })
  standard.shop.allResourcesProperties('AWS::RDS::DBClusterParameterGroup', {
    Parameters: { 'rds.force_ssl': '1' },
  })
  standard.shop.allResourcesProperties('AWS::RDS::DBInstance', { PubliclyAccessible: false })
})

test('passwords of services change every month, by turns, and not before the roles are there', () => {
  const rotations = Object.values(standard.shop.findResources('AWS::SecretsManager::RotationSchedule'))
  assert.equal(rotations.length, serviceNames.length + Object.keys(serviceClasses).length)
  const later = rotations.filter(({ Properties }) => Properties.RotateImmediatelyOnUpdate === false)
  assert.equal(later.length, serviceNames.length)
  for (const { Properties } of rotations) assert.match(Properties.RotationRules.ScheduleExpression, /30 days/)
})

test('any moment of five weeks can be restored, and the vault is locked', () => {
  standard.shop.hasResourceProperties('AWS::Backup::BackupPlan', {
    BackupPlan: {
      BackupPlanRule: Match.arrayWith([
        Match.objectLike({ EnableContinuousBackup: true, Lifecycle: { DeleteAfterDays: 35 } }),
      ]),
    },
  })
  standard.shop.hasResourceProperties('AWS::Backup::BackupVault', {
    LockConfiguration: { MinRetentionDays: 7 },
  })
  for (const type of ['AWS::RDS::DBCluster', 'AWS::S3::Bucket'])
    standard.shop.hasResourceProperties(type, {
      Tags: Match.arrayWith([{ Key: 'rialto:backup', Value: 'yes' }]),
    })
})

test('only CloudFront stands in the open, behind the firewall, and speaks TLS 1.2 at least', () => {
  standard.shop.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' })
  standard.shop.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: {
      Aliases: ['shop.example.com'],
      WebACLId: Match.anyValue(),
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'redirect-to-https' },
    },
  })
  standard.shop.hasResourceProperties('AWS::EKS::Cluster', {
    ResourcesVpcConfig: { EndpointPublicAccess: false, EndpointPrivateAccess: true },
  })
  standard.global.hasResourceProperties('AWS::WAFv2::WebACL', { Scope: 'CLOUDFRONT' })
})

test('every alarm tells somebody, and names a runbook that is there', () => {
  const alarms = Object.values(standard.shop.findResources('AWS::CloudWatch::Alarm'))
  assert.ok(alarms.length >= 13)
  for (const { Properties } of alarms) {
    assert.equal(Properties.AlarmActions.length, 1)
    const page = /docs\/runbooks\/[\w-]+\.md/.exec(Properties.AlarmDescription)?.[0] ?? ''
    assert.ok(readFileSync(join(root, page), 'utf8').length > 0, Properties.AlarmName)
  }
})

test('a size changes how many, how large and how long', () => {
  for (const [size, { shop, global }] of [
    ['small', small],
    ['standard', standard],
    ['large', large],
  ] as const) {
    const { natGateways, databases, requestsOfAddress } = scales[size]
    shop.resourceCountIs('AWS::EC2::NatGateway', natGateways)
    shop.resourceCountIs('AWS::RDS::DBInstance', 3 * (1 + databases.readers))
    shop.allResourcesProperties('AWS::RDS::DBCluster', {
      BackupRetentionPeriod: databases.backupDays,
      ServerlessV2ScalingConfiguration: {
        MinCapacity: databases.leastUnits,
        MaxCapacity: databases.mostUnits,
      },
    })
    const rules = Object.values(global.findResources('AWS::WAFv2::WebACL'))[0]?.Properties.Rules
    assert.equal(rules.at(-1).Statement.RateBasedStatement.Limit, requestsOfAddress)
  }
})

test('NATS runs on three machines with disks of gp3, and on one in the small size', () => {
  const nats = ({ shop }: typeof small) =>
    JSON.parse(
      Object.values(shop.findResources('Custom::AWSCDK-EKS-HelmChart')).find(
        ({ Properties }) => Properties.Release === 'nats',
      )?.Properties.Values,
    ).config
  assert.deepEqual(nats(standard).cluster, { enabled: true, replicas: 3 })
  assert.deepEqual(nats(small).cluster, { enabled: false, replicas: 1 })
  assert.equal(nats(large).jetstream.fileStore.pvc.storageClassName, 'gp3')
})

test('the chart asks for secrets that are there', () => {
  const values = parse(readFileSync(join(import.meta.dirname, 'values.yaml'), 'utf8'))
  const names = Object.values(standard.shop.findResources('AWS::SecretsManager::Secret')).map(
    ({ Properties }) => Properties.Name,
  )
  const { prefix } = values.secrets.external
  const further = Object.values<{ keys: string[] }>(values.services).flatMap(({ keys }) => keys)
  const asked = [
    ...further,
    ...Object.values<string>(values.migrations.admin),
    `${prefix}shared`,
    `${prefix}gateway`,
  ]
  for (const key of asked) assert.ok(names.includes(key), key)
  assert.deepEqual(Object.keys(values.migrations.admin).sort(), Object.keys(serviceClasses).sort())
})

test('wrong settings are all named, with what to give', () => {
  assert.throws(
    () => readSettings({ AWS_ACCOUNT: '12', SIZE: 'huge' }),
    (error: Error) =>
      error instanceof WrongSettings &&
      /AWS_ACCOUNT: give the twelve digits/.test(error.message) &&
      /SIZE: give small/.test(error.message),
  )
})

function findingsOf(name: string, before: (made: ReturnType<typeof stacks>) => void): string[] {
  const outdir = join(folder, name)
  const app = new App({ outdir })
  before(stacks(app, settings))
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  try {
    app.synth()
  } catch (error) {
    if (!/Validation failed/.test(String(error))) throw error
  }
  interface Report {
    pluginReports: { violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[] }[]
  }
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report
  return report.pluginReports
    .flatMap(({ violations }) => violations)
    .flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    )
}
