import { isUniqueViolation } from '@rialto/kit/database'
import { conflict, notFound } from '@rialto/kit/problem'
import type { Handler, WriteHandler } from '@rialto/kit/service'
import { findAccount, lockAccount } from '../account-store.ts'
import { emailUnverified, type identity, type Passkey, passkeyRefused, ticketExpired } from '../contract.ts'
import { signedIn } from '../get-profile.ts'
import type { Own } from '../own.ts'
import { demandOwner } from '../passwords/demand-owner.ts'
import { demandFactorLeft, demandStrongStaff, strengthenFirst } from '../second-factor/strength.ts'
import { tellWay } from '../tell-way.ts'
import { useTicket } from '../tickets/use-ticket.ts'
import { demandOtherWayIn } from '../ways-in.ts'
import { asRefusal } from './as-refusal.ts'
import { loadWebAuthn } from './load-webauthn.ts'
import * as store from './passkey-store.ts'

/** As many as one account may have. */
export const passkeyLimit = 20

/** EdDSA, ES256 and RS256: what devices have. */
const algorithms = [-8, -7, -257]

export const listPasskeys: Handler<typeof identity.listPasskeys> = async (_input, { actor, database }) => ({
  items: (await store.listPasskeys(database, signedIn(actor))).map(passkeyOf),
})

/**
 * As with providers, whoever opened an account under a stranger's e-mail is not to wait in it with a passkey. Staff have
 * their accounts from colleagues.
 */
export const startPasskey: Handler<typeof identity.startPasskey, Own> = async ({ password }, context) => {
  const { own, database, newId, now } = context
  const { id: accountId, email } = await demandOwner(context, password)
  await demandStrongStaff(database, context)
  const account = await findAccount(database, accountId)
  if (account?.role !== 'staff' && !account?.emailVerified)
    throw emailUnverified('Confirm your e-mail first.')
  const known = await store.listPasskeys(database, accountId)
  if (known.length >= passkeyLimit)
    throw conflict(`There are ${passkeyLimit} passkeys already. Remove one first.`)
  const { generateRegistrationOptions } = await loadWebAuthn()
  const options = await generateRegistrationOptions({
    supportedAlgorithmIDs: algorithms,
    rpName: own.site.name,
    rpID: own.site.host,
    userName: email,
    userDisplayName: account.name,
    userID: new Uint8Array(Buffer.from(accountId)),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ credentialId: id, transports }) => ({
      id,
      transports: [...transports],
    })),
  })
  const ticket = { kind: 'new-passkey', accountId, challenge: options.challenge } as const
  return { options, ticket: own.tickets.write(ticket, newId('tick'), now()) }
}

export const addPasskey: Handler<typeof identity.addPasskey, Own> = async (
  { ticket: text, name = 'Passkey', id, clientDataJSON, attestationObject, transports = [] },
  context,
) => {
  const { own, actor, database, newId, now } = context
  const ticket = await useTicket(context, text, 'new-passkey')
  const accountId = signedIn(actor)
  if (ticket.accountId !== accountId) throw ticketExpired('This was begun by somebody else. Begin anew.')
  const { verifyRegistrationResponse } = await loadWebAuthn()
  const { verified, registrationInfo } = await asRefusal(() =>
    verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: { clientDataJSON, attestationObject },
        clientExtensionResults: {},
      },
      supportedAlgorithmIDs: algorithms,
      expectedChallenge: ticket.challenge,
      expectedOrigin: own.site.origin,
      expectedRPID: own.site.host,
      requireUserVerification: true,
    }),
  )
  if (!verified) throw passkeyRefused('This passkey does not fit. Begin anew.')
  const { credential } = registrationInfo
  const row = {
    id: newId('pass'),
    accountId,
    name,
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    counter: credential.counter,
    transports,
    createdAt: now().toISOString(),
  }
  await database
    .transaction(async (tx) => {
      if (!(await lockAccount(tx, accountId))) throw notFound('The account is no longer there.')
      if ((await store.listPasskeys(tx, accountId)).length >= passkeyLimit)
        throw conflict(`There are ${passkeyLimit} passkeys already. Remove one first.`)
      await demandStrongStaff(tx, context)
      await strengthenFirst(tx, context)
      await store.insertPasskey(tx, row)
      await tellWay(tx, accountId, { way: 'passkey', change: 'added' }, now())
    })
    .catch((error) => {
      throw isUniqueViolation(error) ? conflict('This passkey is known already.') : error
    })
  return passkeyOf({ ...row, usedAt: null })
}

export const renamePasskey: WriteHandler<typeof identity.renamePasskey> = async (
  { id, name },
  { tx, actor },
) => {
  const renamed = await store.renamePasskey(tx, { id, name, accountId: signedIn(actor) })
  if (!renamed) throw notFound('There is no such passkey.')
  return passkeyOf(renamed)
}

export const removePasskey: WriteHandler<typeof identity.removePasskey, Own> = async ({ id }, context) => {
  const { tx, own, actor, now } = context
  const accountId = signedIn(actor)
  await lockAccount(tx, accountId)
  await demandStrongStaff(tx, context)
  if (!(await store.deletePasskey(tx, accountId, id))) throw notFound('There is no such passkey.')
  await demandFactorLeft(tx, context)
  await demandOtherWayIn(tx, accountId, own)
  await tellWay(tx, accountId, { way: 'passkey', change: 'removed' }, now())
  return null
}

function passkeyOf({ id, name, createdAt, usedAt }: store.PasskeyRow): Passkey {
  return { id, name, createdAt, ...(usedAt && { lastUsedAt: usedAt }) }
}
