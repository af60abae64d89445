import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache'
import type * as kms from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Scale } from './settings.ts'

export interface Cache {
  readonly url: string
  readonly securityGroup: ec2.SecurityGroup
  readonly name: string
}

/** Valkey, in which the gateways count together. Without it each counts alone, so nothing of it is kept. */
export function cache(scope: Construct, vpc: ec2.IVpc, key: kms.IKey, scale: Scale): Cache {
  const securityGroup = new ec2.SecurityGroup(scope, 'CacheSecurity', { vpc, allowAllOutbound: false })
  const name = 'rialto'
  const made = new CfnServerlessCache(scope, 'Cache', {
    engine: 'valkey',
    majorEngineVersion: '8',
    serverlessCacheName: name,
    kmsKeyId: key.keyId,
    securityGroupIds: [securityGroup.securityGroupId],
    subnetIds: vpc.selectSubnets({ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }).subnetIds,
    cacheUsageLimits: { dataStorage: { unit: 'GB', maximum: scale.cacheGigabytes } },
  })
  return { url: `rediss://${made.attrEndpointAddress}:${made.attrEndpointPort}`, securityGroup, name }
}
