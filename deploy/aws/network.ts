import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as kms from 'aws-cdk-lib/aws-kms'
import * as logs from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { Scale, Settings } from './settings.ts'

export const networkCidr = '10.0.0.0/16'

/** Three zones with a part that is reached from outside, a part for processes, and one for data that leads nowhere. */
export function network(scope: Construct, settings: Settings, scale: Scale, key: kms.IKey): ec2.Vpc {
  const vpc = new ec2.Vpc(scope, 'Network', {
    ipAddresses: ec2.IpAddresses.cidr(networkCidr),
    availabilityZones: [...settings.zones],
    natGateways: scale.natGateways,
    subnetConfiguration: [
      { name: 'edge', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: 'processes', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 19 },
      { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
    ],
  })
  const group = new logs.LogGroup(scope, 'Flows', {
    encryptionKey: key,
    retention: logs.RetentionDays.ONE_MONTH,
  })
  vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(group) })
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 })
  return vpc
}
