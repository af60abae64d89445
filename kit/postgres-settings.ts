/** `durable` survives a power cut; `throwaway` is for tests, whose data nobody will miss. */
export type Durability = 'durable' | 'throwaway'

export interface ServerAddress {
  readonly cluster: string
  /** A folder for the Unix socket, or an IP address. */
  readonly host: string
  readonly port: number
  readonly durability: Durability
}

/** Sized for a laptop that also does other work. Given at each start, so an upgrade changes them at once. */
const common = {
  max_connections: '200',
  shared_buffers: '256MB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  // Compiling pays for reports over minutes, not for a shop's short statements.
  jit: 'off',
  // No replica hangs on the embedded database, so the log need not carry what only replicas read.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  min_wal_size: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  // An import fills empty tables; plans made before their statistics are there can be bad ones. A look at a database costs
  // a process, and there is a database for each service: more often, it would be felt.
  autovacuum_naptime: '20s',
  // Passwords are 256 random bits, which no number of rounds makes harder to guess; each new connection would pay for them.
  scram_iterations: '1',
  log_checkpoints: 'off',
  // An error in a statement is its caller's to log. Here its values could put personal data on the disk.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  // One file a weekday, emptied when the day comes round again.
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgres-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  timezone: 'UTC',
  log_timezone: 'UTC',
  unix_socket_permissions: '0700',
}

/**
 * After a crash the server makes sure that what was written is on the disk: file by file, which takes many seconds with
 * a database per service, or, where the system can, all at once.
 */
const bySystem: Readonly<Record<string, string>> =
  process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}

const byDurability = {
  durable: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
  throwaway: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', logging_collector: 'off' },
}

/** The server's command line. */
export function serverOptions({ cluster, host, port, durability }: ServerAddress): string[] {
  const byAddress = host.startsWith('/')
    ? { listen_addresses: '', unix_socket_directories: host }
    : { listen_addresses: host }
  const settings = { ...common, ...bySystem, ...byDurability[durability], ...byAddress, port: String(port) }
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}
