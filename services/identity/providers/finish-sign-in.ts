import { isUniqueViolation } from '@rialto/kit/database'
import { conflict } from '@rialto/kit/problem'
import type { Context, Handler } from '@rialto/kit/service'
import { type identity, providerRefused, secondFactorRequired, ticketExpired } from '../contract.ts'
import type { Own } from '../own.ts'
import { findSecondFactor } from '../second-factor/second-factor-store.ts'
import { sessionOf, settle } from '../sign-in.ts'
import { useTicket } from '../tickets/use-ticket.ts'
import { admitPerson } from './admit-person.ts'
import type { Person } from './person.ts'
import { providerOf } from './start-sign-in.ts'

export const finishProviderSignIn: Handler<typeof identity.finishProviderSignIn, Own> = async (
  { ticket: text, answer, device },
  context,
) => {
  const { own, actor, database, now, userAgent } = context
  const ticket = await useTicket(context, text, 'provider')
  if (ticket.accountId !== undefined) throw ticketExpired('This was begun to link a provider. Begin anew.')
  const provider = providerOf(own, ticket.provider)
  const person = await provider.finish(answer, ticket)
  const accountId = await admitOnce(person, provider, context)
  const proof = { accountId, of: `${provider.issuer} ${person.subject}` }
  const factor = await findSecondFactor(database, accountId)
  if (factor?.confirmedAt) {
    const challenge = own.codes.challenge(proof, now())
    throw secondFactorRequired('Give the code that your app shows now.', { challenge })
  }
  return database.transaction(async (tx) => {
    const started = await own.auth.start(tx, accountId)
    const settling = { started, proof, device: device ?? userAgent, actor, now: now() }
    if (!(await settle(tx, settling)))
      throw providerRefused('This provider was just removed from the account.')
    return { ...sessionOf(started), ...(ticket.to !== undefined && { to: ticket.to }) }
  })
}

/** Of two first sign-ins at once, the second finds what the first has made. */
async function admitOnce(
  person: Person,
  { issuer, name }: { readonly issuer: string; readonly name: string },
  context: Context<Own>,
): Promise<string> {
  const admit = () =>
    context.database.transaction((tx) => admitPerson(tx, { person, issuer, provider: name }, context))
  return admit().catch((error) => {
    if (!isUniqueViolation(error)) throw error
    return admit().catch((again) => {
      throw isUniqueViolation(again) ? conflict('Somebody signs in at the same moment. Try again.') : again
    })
  })
}
