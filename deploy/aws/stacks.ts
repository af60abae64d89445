import { type App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as iam from 'aws-cdk-lib/aws-iam'
import * as kms from 'aws-cdk-lib/aws-kms'
import { HostedZone } from 'aws-cdk-lib/aws-route53'
import * as sns from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { alarms } from './alarms.ts'
import { backups } from './backups.ts'
import { cache } from './cache.ts'
import { cluster } from './cluster.ts'
import { databases } from './databases.ts'
import { door, logBucket } from './door.ts'
import { edge } from './edge.ts'
import { firewall } from './firewall.ts'
import { network } from './network.ts'
import { shopSecrets } from './secrets.ts'
import { type Settings, scales } from './settings.ts'

export interface Stacks {
  /** What CloudFront takes from us-east-1 only. */
  readonly global: Stack
  readonly shop: Stack
}

/** The whole infrastructure of one shop. */
export function stacks(app: App, settings: Settings): Stacks {
  const { account, region, domain } = settings
  const global = new Stack(app, 'RialtoGlobal', {
    env: { account, region: 'us-east-1' },
    crossRegionReferences: true,
    description: 'Rialto: certificate and firewall of CloudFront',
  })
  const certificate = new Certificate(global, 'Certificate', {
    domainName: domain,
    validation: CertificateValidation.fromDns(zoneOf(global, settings)),
  })
  const { attrArn: firewallArn } = firewall(global, scales[settings.size])
  const shop = new ShopStack(app, settings.zones, {
    env: { account, region },
    crossRegionReferences: true,
    terminationProtection: true,
    description: 'Rialto: network, cluster, databases, cache, edge, backups and alarms of a shop',
  })
  build(shop, settings, { certificate, firewallArn })
  return { global, shop }
}

/** Knows its zones, so that the CDK need not ask AWS for them. */
class ShopStack extends Stack {
  private readonly zones: readonly string[]

  constructor(app: App, zones: readonly string[], props: StackProps) {
    super(app, 'RialtoShop', props)
    this.zones = zones
  }

  override get availabilityZones(): string[] {
    return [...this.zones]
  }
}

function build(
  shop: Stack,
  settings: Settings,
  { certificate, firewallArn }: { certificate: ICertificate; firewallArn: string },
): void {
  const { domain, size } = settings
  const scale = scales[size]
  const key = keyOf(shop)
  const zone = zoneOf(shop, settings)
  const topic = new sns.Topic(shop, 'Alarms', { masterKey: key, enforceSSL: true })
  topic.addSubscription(new EmailSubscription(settings.alarmEmail))
  const logs = logBucket(shop)
  const vpc = network(shop, settings, scale, key)
  const made = cluster(shop, { vpc, key, size })
  const stores = databases(shop, { vpc, key, scale })
  const valkey = cache(shop, vpc, key, scale)
  for (const store of Object.values(stores))
    store.connections.allowDefaultPortFrom(made.clusterSecurityGroup, 'services')
  valkey.securityGroup.addIngressRule(made.clusterSecurityGroup, ec2.Port.tcp(6379), 'gateways')
  shopSecrets(shop, key, valkey.url)
  const front = door(shop, { vpc, cluster: made, zone, domain, logs })
  const distribution = edge(shop, { balancer: front.balancer, zone, domain, certificate, firewallArn, logs })
  backups(shop, key, topic)
  alarms(shop, { door: front, databases: stores, scale, topic })
  new CfnOutput(shop, 'Distribution', { value: distribution.distributionId })
  new CfnOutput(shop, 'ClusterName', { value: made.clusterName })
}

function zoneOf(scope: Stack, { hostedZone: { id, name } }: Settings) {
  return HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId: id, zoneName: name })
}

/** One key for all that is kept; AWS changes it every year. */
function keyOf(shop: Stack): kms.Key {
  const key = new kms.Key(shop, 'Key', { enableKeyRotation: true, pendingWindow: Duration.days(30) })
  for (const [service, action] of [
    [`logs.${shop.region}.amazonaws.com`, 'kms:Encrypt*'],
    ['cloudwatch.amazonaws.com', 'kms:GenerateDataKey*'],
    ['backup.amazonaws.com', 'kms:GenerateDataKey*'],
  ] as const) {
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal(service)],
        actions: [action, 'kms:Decrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': shop.account } },
      }),
    )
  }
  return key
}
