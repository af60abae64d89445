import type { Handler } from '@rialto/kit/service'
import { type identity, passkeyRefused } from '../contract.ts'
import type { Own } from '../own.ts'
import { strengthen } from '../sessions/session-store.ts'
import { begin, sessionOf } from '../sign-in.ts'
import { useTicket } from '../tickets/use-ticket.ts'
import { asRefusal } from './as-refusal.ts'
import { loadWebAuthn } from './load-webauthn.ts'
import { countUse, findPasskey } from './passkey-store.ts'

/** For nobody in particular: the device shows whom it knows. */
export const startPasskeySignIn: Handler<typeof identity.startPasskeySignIn, Own> = async (
  _input,
  { own, newId, now },
) => {
  const { generateAuthenticationOptions } = await loadWebAuthn()
  const options = await generateAuthenticationOptions({ rpID: own.site.host, userVerification: 'required' })
  const ticket = { kind: 'passkey', challenge: options.challenge } as const
  return { options, ticket: own.tickets.write(ticket, newId('tick'), now()) }
}

export const signInWithPasskey: Handler<typeof identity.signInWithPasskey, Own> = async (
  { ticket: text, id, clientDataJSON, authenticatorData, signature, userHandle, device },
  context,
) => {
  const { own, actor, database, now, userAgent, log } = context
  const ticket = await useTicket(context, text, 'passkey')
  const known = await findPasskey(database, id)
  if (!known) throw passkeyRefused('This passkey is not known here, or was removed. Sign in another way.')
  const { accountId } = known
  const { verifyAuthenticationResponse } = await loadWebAuthn()
  const { verified, authenticationInfo } = await asRefusal(() =>
    verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: ticket.challenge,
      expectedOrigin: own.site.origin,
      expectedRPID: own.site.host,
      requireUserVerification: true,
      // Counted below, once the signature is known to be good, and for one at a time.
      credential: { id, publicKey: new Uint8Array(Buffer.from(known.publicKey, 'base64url')), counter: 0 },
    }),
  )
  const isTheirs = userHandle === undefined || Buffer.from(userHandle, 'base64url').toString() === accountId
  if (!verified || !isTheirs) throw passkeyRefused('This passkey does not fit. Begin anew.')
  const use = { id: known.id, counter: authenticationInfo.newCounter, now: now() }
  return database.transaction(async (tx) => {
    if (!(await countUse(tx, use))) {
      log.warn({ passkey: known.id }, 'a passkey counts no higher than before: there may be a copy of it')
      throw passkeyRefused('There may be a copy of this passkey. Sign in another way, and remove it.')
    }
    const started = await own.auth.start(tx, accountId)
    await strengthen(tx, started.key)
    await begin(tx, { started, device: device ?? userAgent, actor, now: now() })
    return sessionOf(started)
  })
}
