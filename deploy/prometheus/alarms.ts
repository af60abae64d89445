import { serviceNames } from '../../services.ts'

/** Something that a person has to look at, and where it is told what to do. */
export interface Alarm {
  readonly name: string
  readonly expr: string
  /** For how long it has to be so. */
  readonly lasts: string
  readonly severity: 'page' | 'ticket'
  readonly summary: string
  readonly runbook: string
}

/** What a process runs: `orders`, `gateway+cart`, or `rialto` for all of it. */
const partsWith = (name: string) => `parts=~"(.*[+])?${name}([+].*)?|rialto"`

const missing = [...serviceNames, 'gateway']
  .map((name) => `label_replace(absent(rialto_build_info{${partsWith(name)}}), "parts", "${name}", "", "")`)
  .join('\n  or ')

export const alarms: readonly Alarm[] = [
  {
    name: 'PartAway',
    expr: missing,
    lasts: '2m',
    severity: 'page',
    summary: 'No process of {{ $labels.parts }} tells of itself.',
    runbook: 'service-away',
  },
  {
    name: 'ProcessAway',
    expr: 'up{job="rialto"} == 0',
    lasts: '5m',
    severity: 'ticket',
    summary: 'The process at {{ $labels.instance }} does not answer Prometheus.',
    runbook: 'service-away',
  },
  {
    name: 'EventsWait',
    expr: 'max by (service) (rialto_outbox_age_seconds) > 60',
    lasts: '2m',
    severity: 'page',
    summary: 'Events of {{ $labels.service }} have waited for {{ $value | humanizeDuration }}.',
    runbook: 'broker-away',
  },
  {
    name: 'EventsFail',
    expr: 'max by (service) (rialto_inbox_age_seconds) > 600',
    lasts: '5m',
    severity: 'ticket',
    summary: '{{ $labels.service }} has failed at an event for {{ $value | humanizeDuration }}.',
    runbook: 'dead-letters',
  },
  {
    name: 'DeadLetters',
    expr: 'max by (service) (rialto_dead_letters) > 0',
    lasts: '5m',
    severity: 'ticket',
    summary: '{{ $value }} messages of {{ $labels.service }} need a person.',
    runbook: 'dead-letters',
  },
  {
    name: 'JobsLate',
    expr: 'max by (service) (rialto_jobs_due_age_seconds) > 600',
    lasts: '5m',
    severity: 'ticket',
    summary: 'Work of {{ $labels.service }} has been due for {{ $value | humanizeDuration }}.',
    runbook: 'service-away',
  },
  {
    name: 'SagaStands',
    expr: 'max by (saga, state) (rialto_saga_age_seconds) > 3600',
    lasts: '5m',
    severity: 'page',
    summary: 'A {{ $labels.saga }} has stood at {{ $labels.state }} for {{ $value | humanizeDuration }}.',
    runbook: 'sagas',
  },
  {
    name: 'PaymentsUnknown',
    expr: `sum(rate(rialto_payment_gateway_duration_seconds_count{outcome="unknown"}[10m]))
  / sum(rate(rialto_payment_gateway_duration_seconds_count[10m])) > 0.05`,
    lasts: '5m',
    severity: 'page',
    summary: '{{ $value | humanizePercentage }} of questions to payment gateways have no answer.',
    runbook: 'payments',
  },
  {
    name: 'WebhooksRefused',
    expr: 'sum(increase(rialto_problems_total{problem="webhook-refused"}[15m])) > 5',
    lasts: '5m',
    severity: 'ticket',
    summary: 'Notifications of a payment gateway are refused.',
    runbook: 'webhooks',
  },
  {
    name: 'MailsFail',
    expr: `sum(rate(rialto_mail_duration_seconds_count{outcome="failed"}[15m]))
  / sum(rate(rialto_mail_duration_seconds_count[15m])) > 0.2`,
    lasts: '10m',
    severity: 'ticket',
    summary: 'The mail server does not take {{ $value | humanizePercentage }} of the mails.',
    runbook: 'dead-letters',
  },
  {
    name: 'Overloaded',
    expr: 'sum(rate(rialto_requests_shed_total[5m])) > 0',
    lasts: '5m',
    severity: 'ticket',
    summary: '{{ $value | humanize }} requests a second are turned away.',
    runbook: 'overload',
  },
  {
    name: 'DatabaseBusy',
    expr: 'max by (service) (rialto_database_waiting) > 20',
    lasts: '5m',
    severity: 'ticket',
    summary: 'Work of {{ $labels.service }} waits for a connection to its database.',
    runbook: 'database-away',
  },
  {
    name: 'DatabaseAway',
    expr: 'pg_up == 0',
    lasts: '1m',
    severity: 'page',
    summary: 'PostgreSQL at {{ $labels.instance }} does not answer.',
    runbook: 'database-away',
  },
  {
    name: 'BackupStands',
    expr: 'increase(pg_stat_archiver_failed_count[15m]) > 0',
    lasts: '15m',
    severity: 'page',
    summary:
      'PostgreSQL at {{ $labels.instance }} cannot archive its log: a restore would miss what comes now.',
    runbook: 'restore',
  },
  {
    name: 'VersionsMixed',
    expr: 'count(count by (version) (rialto_build_info)) > 1',
    lasts: '1h',
    severity: 'ticket',
    summary: 'An upgrade has stood halfway for an hour.',
    runbook: 'upgrade',
  },
]
