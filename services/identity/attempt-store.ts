import type { Queries } from '@rialto/kit/database'

/** What is worth guessing, or a nuisance when it is repeated. */
export type AttemptKind = 'sign-in' | 'reset-password' | 'verify-email' | 'second-factor'

export interface AttemptLimits {
  /** Tries by one key, such as an e-mail, within the window. */
  readonly perKey: number
  /** Tries in the whole shop within the window. */
  readonly inAll: number
  readonly windowMs: number
}

export interface Attempt {
  readonly kind: AttemptKind
  readonly key: string
  readonly now: Date
  readonly limits: AttemptLimits
}

/** More than one, so that old tries become fewer. */
const forgottenAtOnce = 10

/**
 * Notes a try, before anything is looked at, so that tries that come at once are counted too. Answers whether there are
 * tries left. Those that are refused do not count, so the window does slide.
 */
export async function noteAttempt(queries: Queries, { kind, key, now, limits }: Attempt): Promise<boolean> {
  const since = new Date(now.getTime() - limits.windowMs)
  const noted = await queries.run`
    with lately as (
      select coalesce(sum(cardinality(at)), 0) as attempts from attempts where kind = ${kind} and last_at > ${since}),
    forgotten as (
      delete from attempts where kind = ${kind} and key = any(array(
        select key from attempts where kind = ${kind} and last_at <= ${since} and key <> ${key}
        limit ${forgottenAtOnce} for update skip locked)))
    insert into attempts as known (kind, key, at, last_at)
    select ${kind}, ${key}, array[${now}::timestamptz], ${now} from lately where attempts < ${limits.inAll}
    on conflict (kind, key) do update
    set at = array(select t from unnest(known.at) t where t > ${since}) || excluded.at, last_at = excluded.last_at
    where (select count(*) from unnest(known.at) t where t > ${since}) < ${limits.perKey}`
  return noted === 1
}

/** Of somebody who is to be forgotten. */
export async function forgetKey(queries: Queries, key: string): Promise<void> {
  await queries.run`delete from attempts where key = ${key}`
}

/** After a success. */
export async function forgetAttempts(
  queries: Queries,
  { kind, key }: Pick<Attempt, 'kind' | 'key'>,
): Promise<void> {
  await queries.run`delete from attempts where kind = ${kind} and key = ${key}`
}
