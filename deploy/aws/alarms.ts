import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { HttpCodeElb, HttpCodeTarget } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type * as rds from 'aws-cdk-lib/aws-rds'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import type { Door } from './door.ts'
import type { Scale } from './settings.ts'

// What Prometheus in the cluster cannot see, or not when the cluster itself is away. Each alarm names its runbook.

interface Rule {
  readonly name: string
  readonly metric: cloudwatch.IMetric
  readonly above?: number
  readonly below?: number
  readonly minutes: number
  readonly says: string
  readonly runbook: string
}

export interface AlarmsProps {
  readonly door: Door
  readonly databases: Readonly<Record<string, rds.DatabaseCluster>>
  readonly scale: Scale
  readonly topic: sns.ITopic
}

export function alarms(scope: Construct, { door, databases, scale, topic }: AlarmsProps): void {
  const rules = [
    ...rulesOfDoor(door.balancer, door.targets),
    ...Object.entries(databases).flatMap(([name, cluster]) => rulesOfDatabases(name, cluster, scale)),
  ]
  for (const rule of rules) add(scope, rule, topic)
}

function rulesOfDoor(balancer: elb.ApplicationLoadBalancer, targets: elb.ApplicationTargetGroup): Rule[] {
  const period = Duration.minutes(1)
  return [
    {
      name: 'NoGateway',
      metric: targets.metrics.healthyHostCount({ period, statistic: 'Minimum' }),
      below: 1,
      minutes: 2,
      says: 'No process of the gateway takes work: the shop is closed.',
      runbook: 'service-away',
    },
    {
      name: 'DoorFails',
      metric: balancer.metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, { period, statistic: 'Sum' }),
      above: 20,
      minutes: 3,
      says: 'The balancer itself answers with errors: it does not reach the gateway.',
      runbook: 'service-away',
    },
    {
      name: 'ShopFails',
      metric: balancer.metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic: 'Sum' }),
      above: 50,
      minutes: 5,
      says: 'Shoppers see errors.',
      runbook: 'service-away',
    },
    {
      name: 'ShopIsSlow',
      metric: targets.metrics.targetResponseTime({ period, statistic: 'p99' }),
      above: 2,
      minutes: 10,
      says: 'One request in a hundred takes more than two seconds.',
      runbook: 'overload',
    },
  ]
}

function rulesOfDatabases(name: string, cluster: rds.DatabaseCluster, scale: Scale): Rule[] {
  const period = Duration.minutes(1)
  const of = (metric: string, statistic: string) => cluster.metric(metric, { period, statistic })
  const prefix = `Databases-${name}`
  return [
    {
      name: `${prefix}-Full`,
      metric: of('ServerlessDatabaseCapacity', 'Maximum'),
      above: scale.databases.mostUnits * 0.9,
      minutes: 10,
      says: `The databases of ${name} have grown as far as they may.`,
      runbook: 'overload',
    },
    {
      name: `${prefix}-Deadlocks`,
      metric: of('Deadlocks', 'Sum'),
      above: 5,
      minutes: 5,
      says: `Transactions in the databases of ${name} wait for each other.`,
      runbook: 'database-away',
    },
    {
      name: `${prefix}-Silent`,
      metric: of('DatabaseConnections', 'Sum'),
      below: 1,
      minutes: 3,
      says: `Nobody is connected to the databases of ${name}.`,
      runbook: 'database-away',
    },
  ]
}

function add(
  scope: Construct,
  { name, metric, above, below, minutes, says, runbook }: Rule,
  topic: sns.ITopic,
): void {
  const alarm = new cloudwatch.Alarm(scope, name, {
    alarmName: `rialto-${name}`,
    alarmDescription: `${says} What to do: docs/runbooks/${runbook}.md`,
    metric,
    threshold: above ?? below ?? 0,
    comparisonOperator:
      above === undefined
        ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
    evaluationPeriods: minutes,
    // Where something has to be there, silence is as bad as none.
    treatMissingData:
      below === undefined ? cloudwatch.TreatMissingData.NOT_BREACHING : cloudwatch.TreatMissingData.BREACHING,
  })
  alarm.addAlarmAction(new SnsAction(topic))
  alarm.addOkAction(new SnsAction(topic))
}
