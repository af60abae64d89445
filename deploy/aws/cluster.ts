import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35'
import { Duration } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import { SubnetType } from 'aws-cdk-lib/aws-ec2'
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks'
import * as eks from 'aws-cdk-lib/aws-eks-v2'
import * as iam from 'aws-cdk-lib/aws-iam'
import type * as kms from 'aws-cdk-lib/aws-kms'
import type { Construct } from 'constructs'
import type { Size } from './settings.ts'

export interface ClusterProps {
  readonly vpc: ec2.IVpc
  readonly key: kms.IKey
  readonly size: Size
}

/**
 * Kubernetes in EKS's auto mode: AWS runs Karpenter, which brings machines when processes wait for one and takes them
 * away again, and keeps the machines, disks and networks up to date. So there are no groups of nodes to look after.
 */
export function cluster(scope: Construct, { vpc, key, size }: ClusterProps): eks.Cluster {
  const made = new eks.Cluster(scope, 'Cluster', {
    clusterName: 'rialto',
    version: eks.KubernetesVersion.V1_35,
    vpc,
    vpcSubnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
    defaultCapacityType: eks.DefaultCapacityType.AUTOMODE,
    // Whoever steers it comes through the network of the shop, or through a role of AWS.
    endpointAccess: eks.EndpointAccess.PRIVATE,
    secretsEncryptionKey: key,
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    kubectlProviderOptions: {
      kubectlLayer: new KubectlV35Layer(scope, 'Kubectl'),
      privateSubnets: vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnets,
    },
  })
  policies(made)
  disks(made)
  externalSecrets(scope, made)
  nats(made, size)
  return made
}

/** Auto mode heeds network policies only when it is told to. */
function policies(to: eks.Cluster): void {
  to.addManifest('NetworkPolicies', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'amazon-vpc-cni', namespace: 'kube-system' },
    data: { 'enable-network-policy-controller': 'true' },
  })
}

function disks(to: eks.Cluster): void {
  to.addManifest('Disks', {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'ebs.csi.eks.amazonaws.com',
    parameters: { type: 'gp3', encrypted: 'true' },
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
  })
}

/** Hands on what Secrets Manager holds below `rialto/`, and nothing else. */
function externalSecrets(scope: Construct, to: eks.Cluster): void {
  const { account, partition, region } = to.stack
  const role = new iam.Role(scope, 'ExternalSecretsRole', {
    assumedBy: new iam.SessionTagsPrincipal(new iam.ServicePrincipal('pods.eks.amazonaws.com')),
  })
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resources: [`arn:${partition}:secretsmanager:${region}:${account}:secret:rialto/*`],
    }),
  )
  const association = new CfnPodIdentityAssociation(scope, 'ExternalSecretsIdentity', {
    clusterName: to.clusterName,
    namespace: 'external-secrets',
    serviceAccount: 'external-secrets',
    roleArn: role.roleArn,
  })
  const chart = to.addHelmChart('ExternalSecrets', {
    chart: 'external-secrets',
    repository: 'https://charts.external-secrets.io',
    version: '1.2.1',
    release: 'external-secrets',
    namespace: 'external-secrets',
    timeout: Duration.minutes(10),
  })
  chart.node.addDependency(association)
  const store = to.addManifest('SecretStore', {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ClusterSecretStore',
    metadata: { name: 'aws' },
    spec: { provider: { aws: { service: 'SecretsManager', region } } },
  })
  store.node.addDependency(chart)
}

function nats(to: eks.Cluster, size: Size): void {
  const replicas = size === 'small' ? 1 : 3
  const chart = to.addHelmChart('Nats', {
    chart: 'nats',
    repository: 'https://nats-io.github.io/k8s/helm/charts/',
    version: '2.12.3',
    release: 'nats',
    namespace: 'nats',
    timeout: Duration.minutes(10),
    values: {
      config: {
        cluster: { enabled: replicas > 1, replicas },
        jetstream: {
          enabled: true,
          fileStore: {
            enabled: true,
            pvc: { size: size === 'large' ? '200Gi' : '20Gi', storageClassName: 'gp3' },
          },
        },
      },
    },
  })
  chart.node.addDependency(to.node.findChild('manifest-Disks'))
}
