import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import * as backup from 'aws-cdk-lib/aws-backup'
import { Schedule } from 'aws-cdk-lib/aws-events'
import type * as kms from 'aws-cdk-lib/aws-kms'
import type * as sns from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'

/** What carries it is backed up. */
export const backupTag = 'rialto:backup'

const restorableDays = 35

/** Any moment of the last five weeks can be restored, and each month of the last year. */
export function backups(scope: Construct, key: kms.IKey, told: sns.ITopic): backup.BackupPlan {
  const vault = new backup.BackupVault(scope, 'Backups', {
    encryptionKey: key,
    removalPolicy: RemovalPolicy.RETAIN,
    // Whoever gets hold of the account can take the shop away, but not its backups.
    lockConfiguration: { minRetention: Duration.days(7), changeableFor: Duration.days(7) },
    notificationTopic: told,
    notificationEvents: [
      backup.BackupVaultEvents.BACKUP_JOB_FAILED,
      backup.BackupVaultEvents.RESTORE_JOB_FAILED,
    ],
  })
  const plan = new backup.BackupPlan(scope, 'BackupPlan', { backupVault: vault })
  plan.addRule(
    new backup.BackupPlanRule({
      ruleName: 'any-moment',
      enableContinuousBackup: true,
      scheduleExpression: Schedule.cron({ hour: '2', minute: '0' }),
      deleteAfter: Duration.days(restorableDays),
    }),
  )
  plan.addRule(
    new backup.BackupPlanRule({
      ruleName: 'monthly',
      scheduleExpression: Schedule.cron({ day: '1', hour: '4', minute: '0' }),
      deleteAfter: Duration.days(365),
    }),
  )
  plan.addSelection('Tagged', {
    resources: [backup.BackupResource.fromTag(backupTag, 'yes')],
    allowRestores: true,
  })
  return plan
}
