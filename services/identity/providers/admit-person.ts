import type { Tx } from '@rialto/kit/database'
import { emit } from '@rialto/kit/outbox'
import type { Context } from '@rialto/kit/service'
import { customerRegistered, emailUnverified, providerRefused } from '../contract.ts'
import type { Own } from '../own.ts'
import { markVerified } from '../passwords/password-store.ts'
import { normalEmail } from '../profile.ts'
import { tellWay } from '../tell-way.ts'
import type { Person } from './person.ts'
import { findLinked, insertLinked, lockByEmail, stripAccount } from './provider-store.ts'

interface Admitted {
  readonly person: Person
  readonly issuer: string
  /** Its name. */
  readonly provider: string
}

/**
 * The customer whom a provider vouches for: whom it is linked to, else whoever has the same confirmed e-mail, else a new
 * one.
 *
 * Somebody may have opened an account under another person's e-mail beforehand, waiting for them to come. Whoever opened
 * an account whose e-mail nobody has confirmed is therefore put out of it, with password, sessions, second factor and
 * addresses, before its proven owner gets in. Orders stay: they were bought under this e-mail.
 */
export async function admitPerson(
  tx: Tx,
  { person, issuer, provider }: Admitted,
  { own, now, newId }: Pick<Context<Own>, 'own' | 'now' | 'newId'>,
): Promise<string> {
  const { subject, email: told, emailVerified } = person
  const linked = await findLinked(tx, { issuer, subject })
  if (linked !== undefined) return linked
  if (told === undefined || !emailVerified)
    throw emailUnverified(
      `${provider} has not confirmed your e-mail. Confirm it there, or open an account with a password.`,
    )
  const email = normalEmail(told)
  const known = await lockByEmail(tx, email)
  if (known?.role === 'staff') throw providerRefused('Staff sign in with a password or a passkey.')
  const link = { id: newId('acct'), issuer, subject, now: now() }
  if (known) {
    if (!known.emailVerified) await stripAccount(tx, known.id)
    await insertLinked(tx, { ...link, accountId: known.id })
    await tellWay(tx, known.id, { way: 'provider', change: 'added', provider }, now())
    await markVerified(tx, known.id, now())
    return known.id
  }
  const { id, name, version } = await own.auth.addCustomer(tx, { email, name: person.name ?? nameIn(email) })
  await insertLinked(tx, { ...link, accountId: id })
  emit(tx, customerRegistered, { customerId: id, email, name }, { id, version })
  return id
}

function nameIn(email: string): string {
  return email.split('@')[0] || 'Customer'
}
