import type { Queries } from '@rialto/kit/database'

export interface AttemptLimits {
  /** Wrong passwords for one e-mail within the window. */
  readonly perEmail: number
  /** Wrong passwords in the whole shop within the window. */
  readonly inAll: number
  readonly windowMs: number
}

/**
 * Notes a try to sign in, before the password is looked at, so that tries that come at once are counted too.
 * Answers whether there are tries left. Those that are refused do not count, so the window does slide.
 */
export async function noteAttempt(
  queries: Queries,
  { email, now, limits }: { email: string; now: Date; limits: AttemptLimits },
): Promise<boolean> {
  const since = new Date(now.getTime() - limits.windowMs)
  const noted = await queries.run`
    with lately as (
      select coalesce(sum(cardinality(at)), 0) as attempts from sign_in_attempts where last_at > ${since})
    insert into sign_in_attempts as known (email, at, last_at)
    select ${email}, array[${now}::timestamptz], ${now} from lately where attempts < ${limits.inAll}
    on conflict (email) do update
    set at = array(select t from unnest(known.at) t where t > ${since}) || excluded.at, last_at = excluded.last_at
    where (select count(*) from unnest(known.at) t where t > ${since}) < ${limits.perEmail}`
  return noted === 1
}

/** After a right password: forgets the person's tries, everybody's old ones, and the person's ended sessions. */
export async function forgetAttempts(
  queries: Queries,
  { email, accountId, now, limits }: { email: string; accountId: string; now: Date; limits: AttemptLimits },
): Promise<void> {
  const since = new Date(now.getTime() - limits.windowMs)
  await queries.run`
    with ended as (delete from sessions where user_id = ${accountId} and expires_at < ${now})
    delete from sign_in_attempts where email = ${email} or last_at <= ${since}`
}
