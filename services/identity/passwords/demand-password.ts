import type { Actor } from '@rialto/kit/access'
import type { Database } from '@rialto/kit/database'
import { notFound } from '@rialto/kit/problem'
import { wrongPassword } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import { verifyPassword } from '../password.ts'
import { demandTries } from '../sign-in.ts'
import { findHolder, type PasswordHolder } from './password-store.ts'

/** A session alone does not take over an account: the present password is asked for, and its tries are counted. */
export async function demandPassword(
  { actor, database, now }: { actor: Actor; database: Database; now: () => Date },
  password: string,
): Promise<PasswordHolder> {
  const holder = await findHolder(database, { id: signedIn(actor) })
  if (!holder) throw notFound('The account is no longer there, or has no password.')
  await demandTries(database, holder.email, now())
  if (await verifyPassword({ hash: holder.hash, password })) return holder
  throw wrongPassword('The present password is wrong.')
}
