/** What Grafana shows: pages of charts, each of which asks Prometheus one thing or several. */
export interface Dashboard {
  readonly file: string
  readonly title: string
  readonly charts: readonly Chart[]
}

export interface Chart {
  readonly title: string
  /** As Grafana names units: `s`, `reqps`, `short`, `percentunit`, `bytes`. */
  readonly unit: string
  /** What each line is called, and what is asked. */
  readonly lines: readonly (readonly [legend: string, expr: string])[]
}

const requests = 'rialto_http_request_duration_seconds'
const operations = 'rialto_operation_duration_seconds'

/** The time within which a part of all is done. */
function quantile(part: number, histogram: string, which = '', by = ''): string {
  const labels = by ? `le, ${by}` : 'le'
  return `histogram_quantile(${part}, sum by (${labels}) (rate(${histogram}_bucket${which}[5m])))`
}

const journey: readonly (readonly [string, string])[] = [
  ['looks around', 'page|search[.].+|catalog[.](get|list).+'],
  ['fills a cart', 'cart[.].+'],
  ['pays', 'orders[.]checkout'],
  ['reads the order', 'orders[.](getCheckout|getOrder|listOrders|findOrder)'],
]

export const dashboards: readonly Dashboard[] = [
  {
    file: 'shopper',
    title: 'The shopper’s journey',
    charts: [
      {
        title: 'Room for errors left in 28 days, at the pace of the last day',
        unit: 'percentunit',
        lines: [['{{slo}}', '1 - rialto:slo_errors:ratio_rate1d / on (slo) group_left () rialto:slo_room']],
      },
      {
        title: 'Orders a minute',
        unit: 'short',
        lines: [['orders', '60 * sum(rate(rialto_events_said_total{event="order.placed"}[5m]))']],
      },
      ...journey.map(([what, which]) => ({
        title: `A shopper ${what}`,
        unit: 's',
        lines: [0.5, 0.95, 0.99].map(
          (part) => [`${part * 100} %`, quantile(part, requests, `{operation=~"${which}"}`)] as const,
        ),
      })),
      {
        title: 'Requests',
        unit: 'reqps',
        lines: [['{{status}}', `sum by (status) (rate(${requests}_count[5m]))`]],
      },
      {
        title: 'Refused, limited, turned away',
        unit: 'reqps',
        lines: [
          ['{{problem}}', 'topk(8, sum by (problem) (rate(rialto_problems_total[5m])))'],
          ['limited: {{limit}}', 'sum by (limit) (rate(rialto_requests_limited_total[5m]))'],
          ['turned away: {{priority}}', 'sum by (priority) (rate(rialto_requests_shed_total[5m]))'],
        ],
      },
      {
        title: 'Payment gateways',
        unit: 's',
        lines: [
          ['{{request}} 95 %', quantile(0.95, 'rialto_payment_gateway_duration_seconds', '', 'request')],
        ],
      },
      {
        title: 'Out of stock',
        unit: 'short',
        lines: [
          ['variants', 'max(rialto_variants_out_of_stock)'],
          [
            'met by shoppers in a minute',
            '60 * sum(rate(rialto_problems_total{problem="out-of-stock"}[5m]))',
          ],
        ],
      },
    ],
  },
  {
    file: 'services',
    title: 'Services',
    charts: [
      {
        title: 'Processes',
        unit: 'short',
        lines: [['{{parts}} {{version}}', 'count by (parts, version) (rialto_build_info)']],
      },
      {
        title: 'Operations',
        unit: 'reqps',
        lines: [['{{service}}', `sum by (service) (rate(${operations}_count[5m]))`]],
      },
      {
        title: 'Failed by us',
        unit: 'reqps',
        lines: [
          [
            '{{service}}.{{operation}}',
            `topk(10, sum by (service, operation) (rate(${operations}_count{outcome="failed"}[5m])) > 0)`,
          ],
        ],
      },
      {
        title: '95 % are done within',
        unit: 's',
        lines: [['{{service}}', quantile(0.95, operations, '', 'service')]],
      },
      {
        title: 'Calls between services that failed',
        unit: 'reqps',
        lines: [
          [
            '{{instance}} → {{service}}',
            'sum by (instance, service) (rate(rialto_call_duration_seconds_count{outcome="failed"}[5m])) > 0',
          ],
        ],
      },
      {
        title: 'Late by (99 %)',
        unit: 's',
        lines: [['{{instance}}', 'rialto_event_loop_delay_seconds{quantile="0.99"}']],
      },
      { title: 'Busy', unit: 'percentunit', lines: [['{{instance}}', 'rialto_event_loop_utilization']] },
      { title: 'Memory', unit: 'bytes', lines: [['{{instance}}', 'process_resident_memory_bytes']] },
      {
        title: 'Processors',
        unit: 'short',
        lines: [['{{instance}}', 'rate(process_cpu_seconds_total[5m])']],
      },
      {
        title: 'Kept replies',
        unit: 'reqps',
        lines: [['{{result}}', 'sum by (result) (rate(rialto_kept_replies_total[5m]))']],
      },
    ],
  },
  {
    file: 'messages',
    title: 'Messages and sagas',
    charts: [
      {
        title: 'Events said',
        unit: 'ops',
        lines: [['{{event}}', 'topk(12, sum by (event) (rate(rialto_events_said_total[5m])))']],
      },
      {
        title: 'From the commit to the effect (99 %)',
        unit: 's',
        lines: [['{{service}}', quantile(0.99, 'rialto_message_delay_seconds', '', 'service')]],
      },
      {
        title: 'Waiting to be said',
        unit: 'short',
        lines: [['{{service}}', 'max by (service) (rialto_outbox_messages)']],
      },
      {
        title: 'The oldest has waited for',
        unit: 's',
        lines: [['{{service}}', 'max by (service) (rialto_outbox_age_seconds)']],
      },
      {
        title: 'Failed and tried again',
        unit: 'short',
        lines: [['{{service}}', 'max by (service) (rialto_inbox_messages)']],
      },
      {
        title: 'Dead letters',
        unit: 'short',
        lines: [['{{service}}', 'max by (service) (rialto_dead_letters)']],
      },
      { title: 'Jobs due', unit: 'short', lines: [['{{service}}', 'max by (service) (rialto_jobs_due)']] },
      {
        title: 'Failed in the hearer',
        unit: 'ops',
        lines: [
          [
            '{{service}} {{message}}',
            'sum by (service, message) (rate(rialto_message_duration_seconds_count{outcome="failed"}[5m])) > 0',
          ],
        ],
      },
      {
        title: 'Sagas under way',
        unit: 'short',
        lines: [['{{saga}} at {{state}}', 'max by (saga, state) (rialto_sagas)']],
      },
      {
        title: 'The oldest has stood for',
        unit: 's',
        lines: [['{{saga}} at {{state}}', 'max by (saga, state) (rialto_saga_age_seconds)']],
      },
    ],
  },
  {
    file: 'postgresql',
    title: 'PostgreSQL',
    charts: [
      {
        title: 'Transactions',
        unit: 'ops',
        lines: [['{{datname}}', 'sum by (datname) (rate(pg_stat_database_xact_commit[5m]))']],
      },
      {
        title: 'Rolled back',
        unit: 'ops',
        lines: [['{{datname}}', 'sum by (datname) (rate(pg_stat_database_xact_rollback[5m]))']],
      },
      {
        title: 'Connections',
        unit: 'short',
        lines: [['{{datname}}', 'sum by (datname) (pg_stat_database_numbackends)']],
      },
      {
        title: 'Connections as the services see them',
        unit: 'short',
        lines: [
          ['{{service}} {{state}}', 'sum by (service, state) (rialto_database_connections)'],
          ['{{service}} waiting', 'sum by (service) (rialto_database_waiting)'],
        ],
      },
      {
        title: 'Read from memory',
        unit: 'percentunit',
        lines: [
          [
            '{{datname}}',
            'rate(pg_stat_database_blks_hit[5m]) / (rate(pg_stat_database_blks_hit[5m]) + rate(pg_stat_database_blks_read[5m]) > 0)',
          ],
        ],
      },
      { title: 'Size', unit: 'bytes', lines: [['{{datname}}', 'pg_database_size_bytes']] },
      { title: 'Deadlocks', unit: 'ops', lines: [['{{datname}}', 'rate(pg_stat_database_deadlocks[5m])']] },
      {
        title: 'Log segments archived, and failures',
        unit: 'ops',
        lines: [
          ['archived', 'rate(pg_stat_archiver_archived_count[5m])'],
          ['failed', 'rate(pg_stat_archiver_failed_count[5m])'],
        ],
      },
    ],
  },
]
