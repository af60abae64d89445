import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import { SubnetType } from 'aws-cdk-lib/aws-ec2'
import type * as kms from 'aws-cdk-lib/aws-kms'
import * as rds from 'aws-cdk-lib/aws-rds'
import type { Construct } from 'constructs'
import { backupTag } from './backups.ts'
import type { Scale } from './settings.ts'

/** Services whose databases share a server, by what they have in common: when they are busy, and what it costs to lose. */
export const serviceClasses = {
  selling: ['catalog', 'search', 'pricing', 'cart'],
  money: ['orders', 'payments', 'inventory', 'shipping'],
  people: ['identity', 'notifications', 'webhooks'],
} as const

export type ServiceClass = keyof typeof serviceClasses

export interface DatabasesProps {
  readonly vpc: ec2.IVpc
  readonly key: kms.IKey
  readonly scale: Scale
}

/** An Aurora cluster for each class. Each service has a secret of its own, which is changed every month. */
export function databases(
  scope: Construct,
  { vpc, key, scale }: DatabasesProps,
): Readonly<Record<ServiceClass, rds.DatabaseCluster>> {
  const made = Object.entries(serviceClasses).map(([name, services]) => {
    const cluster = server(scope, name, { vpc, key, scale })
    for (const service of services) secretOf(cluster, service, key)
    return [name, cluster]
  })
  return Object.fromEntries(made)
}

function server(scope: Construct, name: string, { vpc, key, scale }: DatabasesProps): rds.DatabaseCluster {
  const { leastUnits, mostUnits, readers, backupDays } = scale.databases
  const engine = rds.DatabaseClusterEngine.auroraPostgres({
    version: rds.AuroraPostgresEngineVersion.VER_17_9,
  })
  const member = { caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1 }
  const cluster = new rds.DatabaseCluster(scope, `${titled(name)}Databases`, {
    engine,
    vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    writer: rds.ClusterInstance.serverlessV2('Writer', member),
    readers: Array.from({ length: readers }, (_, index) =>
      // The first takes over when the writer fails, so it is as large as that.
      rds.ClusterInstance.serverlessV2(`Reader${index + 1}`, { ...member, scaleWithWriter: index === 0 }),
    ),
    serverlessV2MinCapacity: leastUnits,
    serverlessV2MaxCapacity: mostUnits,
    credentials: rds.Credentials.fromGeneratedSecret('rialto_admin', {
      secretName: `rialto/admin/${name}`,
      encryptionKey: key,
    }),
    parameters: { 'rds.force_ssl': '1', log_min_error_statement: 'panic' },
    port: 5432,
    storageEncrypted: true,
    storageEncryptionKey: key,
    iamAuthentication: true,
    copyTagsToSnapshot: true,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.SNAPSHOT,
    backup: { retention: Duration.days(backupDays) },
    cloudwatchLogsExports: ['postgresql'],
    enablePerformanceInsights: true,
    performanceInsightEncryptionKey: key,
  })
  cluster.addRotationSingleUser({ automaticallyAfter: Duration.days(30) })
  Tags.of(cluster).add(backupTag, 'yes')
  return cluster
}

/**
 * Two logins take turns: while the new password spreads, the former one still opens the door. The chart's migration job
 * makes both, as `kit/provide-database.ts` tells, so nothing is changed before that.
 */
function secretOf(cluster: rds.DatabaseCluster, service: string, key: kms.IKey): void {
  const secret = new rds.DatabaseSecret(cluster, `${titled(service)}Secret`, {
    secretName: `rialto/${service}`,
    username: service,
    dbname: service,
    masterSecret: cluster.secret,
    encryptionKey: key,
  })
  cluster.addRotationMultiUser(titled(service), {
    secret: secret.attach(cluster),
    automaticallyAfter: Duration.days(30),
    rotateImmediatelyOnUpdate: false,
  })
}

export function titled(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
