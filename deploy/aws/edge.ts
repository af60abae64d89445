import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib'
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager'
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront'
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as route53 from 'aws-cdk-lib/aws-route53'
import { CloudFrontTarget } from 'aws-cdk-lib/aws-route53-targets'
import * as s3 from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { backupTag } from './backups.ts'

export interface EdgeProps {
  readonly balancer: elb.IApplicationLoadBalancer
  readonly zone: route53.IHostedZone
  readonly domain: string
  /** Of CloudFront, so from us-east-1. */
  readonly certificate: ICertificate
  readonly firewallArn: string
  readonly logs: s3.IBucket
}

/** CloudFront in front of everything: it keeps what the gateway lets it keep, and asks the gateway for the rest. */
export function edge(scope: Construct, props: EdgeProps): cloudfront.Distribution {
  const { balancer, zone, domain, certificate, firewallArn, logs } = props
  const pages = origins.VpcOrigin.withApplicationLoadBalancer(balancer, {
    protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
    originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
    readTimeout: Duration.seconds(30),
    keepaliveTimeout: Duration.seconds(5),
  })
  const common = {
    viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    compress: true,
  }
  const distribution = new cloudfront.Distribution(scope, 'Edge', {
    domainNames: [domain],
    certificate,
    webAclId: firewallArn,
    minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
    httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
    logBucket: logs,
    logFilePrefix: 'edge/',
    // Carts and sessions are told apart by cookies, so only what says so itself is kept.
    defaultBehavior: {
      ...common,
      origin: pages,
      allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
      cachePolicy: cloudfront.CachePolicy.USE_ORIGIN_CACHE_CONTROL_HEADERS_QUERY_STRINGS,
      originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
    },
    additionalBehaviors: {
      '/_astro/*': {
        ...common,
        origin: pages,
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
      },
      '/uploads/*': {
        ...common,
        origin: origins.S3BucketOrigin.withOriginAccessControl(mediaBucket(scope, logs)),
        cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      },
    },
  })
  const target = route53.RecordTarget.fromAlias(new CloudFrontTarget(distribution))
  new route53.ARecord(scope, 'Address', { zone, recordName: domain, target })
  new route53.AaaaRecord(scope, 'Address6', { zone, recordName: domain, target })
  return distribution
}

/** Pictures that a shop uploads. Nobody reaches them but by CloudFront, and none that is removed is gone at once. */
function mediaBucket(scope: Construct, logs: s3.IBucket): s3.Bucket {
  const bucket = new s3.Bucket(scope, 'Media', {
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    serverAccessLogsBucket: logs,
    serverAccessLogsPrefix: 'media/',
    lifecycleRules: [
      {
        noncurrentVersionExpiration: Duration.days(90),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.RETAIN,
  })
  Tags.of(bucket).add(backupTag, 'yes')
  return bucket
}
