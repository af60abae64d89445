import { isUniqueViolation } from '@rialto/kit/database'
import { conflict, notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { findAccount, lockAccount } from '../account-store.ts'
import { emailUnverified, type identity, type LinkedProvider, ticketExpired } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import type { Own } from '../own.ts'
import { demandOwner } from '../passwords/demand-owner.ts'
import { tellWay } from '../tell-way.ts'
import { useTicket } from '../tickets/use-ticket.ts'
import { demandOtherWayIn } from '../ways-in.ts'
import * as store from './provider-store.ts'
import { depart, providerOf } from './start-sign-in.ts'

/** As many as one account may have. */
export const linkLimit = 10

export const listLinkedProviders: Handler<typeof identity.listLinkedProviders, Own> = async (
  _input,
  { own, actor, database },
) => {
  const rows = await store.listLinked(database, signedIn(actor))
  return { items: rows.map((row) => linkedProvider(row, own)) }
}

/**
 * Whoever opened an account under an e-mail that is not theirs would keep their own way into it, also when its owner has
 * taken it over by a new password: so the e-mail has to be confirmed first.
 */
export const startLinkingProvider: Handler<typeof identity.startLinkingProvider, Own> = async (
  { provider: id, password },
  context,
) => {
  const provider = providerOf(context.own, id)
  const { id: accountId } = await demandOwner(context, password)
  const account = await findAccount(context.database, accountId)
  if (!account?.emailVerified) throw emailUnverified('Confirm your e-mail first.')
  return depart(provider, { accountId }, context)
}

export const finishLinkingProvider: Handler<typeof identity.finishLinkingProvider, Own> = async (
  { ticket: text, answer },
  context,
) => {
  const { own, actor, database, now, newId } = context
  const ticket = await useTicket(context, text, 'provider')
  const accountId = signedIn(actor)
  if (ticket.accountId !== accountId) throw ticketExpired('This was begun by somebody else. Begin anew.')
  const provider = providerOf(own, ticket.provider)
  const { subject } = await provider.finish(answer, ticket)
  const { issuer, name } = provider
  const link = { id: newId('acct'), accountId, issuer, subject, now: now() }
  await database
    .transaction(async (tx) => {
      if (!(await lockAccount(tx, accountId))) throw notFound('The account is no longer there.')
      if ((await store.listLinked(tx, accountId)).length >= linkLimit)
        throw conflict(`There are ${linkLimit} links already. Remove one first.`)
      await store.insertLinked(tx, link)
      await tellWay(tx, accountId, { way: 'provider', change: 'added', provider: name }, now())
    })
    .catch((error) => {
      throw isUniqueViolation(error) ? conflict('This is linked already, to this account or another.') : error
    })
  return linkedProvider({ id: link.id, issuer, linkedAt: link.now.toISOString() }, own)
}

export const removeLinkedProvider: WriteHandler<typeof identity.removeLinkedProvider, Own> = async (
  { id },
  { tx, own, actor, now },
) => {
  const accountId = signedIn(actor)
  await lockAccount(tx, accountId)
  const known = (await store.listLinked(tx, accountId)).find((row) => row.id === id)
  if (!known) throw notFound('There is no such link.')
  await store.deleteLinked(tx, accountId, id)
  await demandOtherWayIn(tx, accountId, own)
  const { name } = linkedProvider(known, own)
  await tellWay(tx, accountId, { way: 'provider', change: 'removed', provider: name }, now())
  return null
}

/** One that the shop no longer offers goes by its address. */
function linkedProvider({ id, issuer, linkedAt }: store.LinkedRow, own: Own): LinkedProvider {
  const known = [...own.providers.values()].find((one) => one.issuer === issuer)
  return { id, name: known?.name ?? new URL(issuer).host, linkedAt }
}
