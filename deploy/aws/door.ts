import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as eks from 'aws-cdk-lib/aws-eks-v2'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { IHostedZone } from 'aws-cdk-lib/aws-route53'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { networkCidr } from './network.ts'

export interface Door {
  readonly balancer: elb.ApplicationLoadBalancer
  readonly targets: elb.ApplicationTargetGroup
}

export interface DoorProps {
  readonly vpc: ec2.IVpc
  readonly cluster: eks.Cluster
  readonly zone: IHostedZone
  readonly domain: string
  readonly logs: s3.IBucket
}

/** The balancer in front of the gateway's processes. Only CloudFront reaches it, from inside the network. */
export function door(scope: Construct, { vpc, cluster, zone, domain, logs }: DoorProps): Door {
  const certificate = new Certificate(scope, 'DoorCertificate', {
    domainName: domain,
    validation: CertificateValidation.fromDns(zone),
  })
  const securityGroup = new ec2.SecurityGroup(scope, 'DoorSecurity', { vpc, allowAllOutbound: false })
  securityGroup.addIngressRule(
    ec2.Peer.ipv4(networkCidr),
    ec2.Port.tcp(443),
    'CloudFront, by its way into the network',
  )
  const balancer = new elb.ApplicationLoadBalancer(scope, 'Door', {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    securityGroup,
    internetFacing: false,
    deletionProtection: true,
    dropInvalidHeaderFields: true,
  })
  balancer.logAccessLogs(logs, 'door')
  const targets = new elb.ApplicationTargetGroup(scope, 'Gateways', {
    vpc,
    port: 3000,
    protocol: elb.ApplicationProtocol.HTTP,
    targetType: elb.TargetType.IP,
    // As long as the chart lets the gateway wait before it is asked to end.
    deregistrationDelay: Duration.seconds(5),
    healthCheck: {
      path: '/health/ready',
      interval: Duration.seconds(5),
      timeout: Duration.seconds(3),
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 2,
    },
  })
  balancer.addListener('Https', {
    port: 443,
    certificates: [certificate],
    sslPolicy: elb.SslPolicy.TLS13_RES,
    defaultTargetGroups: [targets],
    open: false,
  })
  balancer.connections.allowTo(cluster.clusterSecurityGroup, ec2.Port.tcp(3000), 'the gateway')
  cluster
    .addManifest('Door', {
      apiVersion: 'eks.amazonaws.com/v1',
      kind: 'TargetGroupBinding',
      metadata: { name: 'gateway', namespace: 'shop' },
      spec: {
        serviceRef: { name: 'shop-gateway', port: 3000 },
        targetGroupARN: targets.targetGroupArn,
        targetType: 'ip',
      },
    })
    .node.addDependency(namespace(cluster))
  return { balancer, targets }
}

function namespace(cluster: eks.Cluster) {
  return cluster.addManifest('Namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  })
}

/** Who came, kept for a quarter of a year. */
export function logBucket(scope: Construct): s3.Bucket {
  return new s3.Bucket(scope, 'Logs', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    objectOwnership: s3.ObjectOwnership.OBJECT_WRITER,
    lifecycleRules: [{ expiration: Duration.days(90) }],
    removalPolicy: RemovalPolicy.RETAIN,
  })
}
