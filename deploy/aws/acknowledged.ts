import { type Stack, Validations } from 'aws-cdk-lib'
import type { Stacks } from './stacks.ts'

// What cdk-nag finds and we keep, each with its reason, at the very construct: anywhere else the rule goes on to bite.

interface Kept {
  /** Path of the construct below its stack. */
  readonly at: string
  readonly rules: readonly string[]
  readonly reason: string
}

const managed = (name: string) => `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`

const kubectlRoles = ['Handler/ServiceRole', 'Provider/framework-onEvent/ServiceRole'].map(
  (role): Kept => ({
    at: `Cluster/KubectlProvider/${role}`,
    rules: [
      managed('AmazonEC2ContainerRegistryReadOnly'),
      managed('service-role/AWSLambdaBasicExecutionRole'),
      managed('service-role/AWSLambdaVPCAccessExecutionRole'),
      'AwsSolutions-IAM4[Policy::{"Fn::If":["ClusterKubectlProviderHandlerHasEcrPublic69E09706",{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"]]},{"Ref":"AWS::NoValue"}]}]',
      'AwsSolutions-IAM5[Resource::<ClusterKubectlProviderHandler2E05C68A.Arn>:*]',
    ],
    reason:
      'The CDK writes this role for the functions that bring manifests to the cluster; it runs while one deploys.',
  }),
)

const kept: readonly Kept[] = [
  ...kubectlRoles,
  {
    at: 'Cluster/Role',
    rules: [
      'AmazonEKSClusterPolicy',
      'AmazonEKSComputePolicy',
      'AmazonEKSBlockStoragePolicy',
      'AmazonEKSLoadBalancingPolicy',
      'AmazonEKSNetworkingPolicy',
    ].map(managed),
    reason: 'Auto mode asks for these policies by name, and AWS keeps them in step with what it does.',
  },
  {
    at: 'Cluster/ClusternodePoolRole',
    rules: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryReadOnly'].map(managed),
    reason: 'Machines of auto mode need these policies by name, to join and to get images.',
  },
  {
    at: 'Cluster/KubectlProvider/Handler',
    rules: ['AwsSolutions-L1'],
    reason: 'The CDK chooses the runtime of its own function and raises it with its releases.',
  },
  {
    at: 'Cluster',
    rules: ['CloudFormation-Validate::W9009'],
    reason: 'The CDK writes this property; EKS encrypts secrets with our key either way.',
  },
  {
    at: 'Network',
    rules: ['CloudFormation-Validate::W3010'],
    reason: 'The zones are settings, so that nothing has to be looked up and every template is the same.',
  },
  {
    at: 'ExternalSecretsRole',
    rules: [
      'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:{region}:{account}:secret:rialto/*]',
    ],
    reason: 'It reads the secrets of this shop; their full names end in letters that AWS chooses.',
  },
  {
    at: 'SharedSecret',
    rules: ['AwsSolutions-SMG4'],
    reason: 'Changed in two steps by hand, with RIALTO_OTHER_SECRET in between: docs/security.md.',
  },
  {
    at: 'GatewaySecret',
    rules: ['AwsSolutions-SMG4'],
    reason: 'It holds an address without a password.',
  },
  {
    at: 'FirstAccountSecret',
    rules: ['AwsSolutions-SMG4'],
    reason:
      'It opens the first account once; its owner changes the password and takes a second factor in the shop.',
  },
  {
    at: 'MailSecret',
    rules: ['AwsSolutions-SMG4'],
    reason: 'The password is of a mail server outside, and is changed there.',
  },
  {
    at: 'Edge',
    rules: ['AwsSolutions-CFR1'],
    reason: 'Which countries a shop sells to is its own setting (SHOP_COUNTRIES); reading is free.',
  },
  {
    at: 'BackupPlan/Tagged/Role',
    rules: ['AWSBackupServiceRolePolicyForBackup', 'AWSBackupServiceRolePolicyForRestores'].map((name) =>
      managed(`service-role/${name}`),
    ),
    reason: 'AWS Backup asks for these policies by name, and adds to them what it learns to back up.',
  },
]

export function acknowledge({ shop }: Stacks): void {
  for (const { at, rules, reason } of kept) {
    for (const rule of rules) {
      const id = rule.replace('{region}', shop.region).replace('{account}', shop.account)
      Validations.of(constructAt(shop, at)).acknowledge({ id, reason })
    }
  }
}

function constructAt(stack: Stack, path: string) {
  const found = stack.node.findAll().find(({ node }) => node.path === `${stack.node.path}/${path}`)
  if (!found) throw new Error(`There is no ${path} in ${stack.stackName}: take its acknowledgement away.`)
  return found
}
