import type { OperationSpec } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import { Empty, entity, Id, Instant, input, type Static, Text, Type } from '@rialto/kit/schema'
import { signInAgain, wrongPassword } from './contract-passwords.ts'
import { emailUnverified } from './contract-providers.ts'
import {
  Device,
  own,
  ownWithoutFactor,
  PresentPassword,
  Session,
  Ticket,
  ticketExpired,
} from './contract-shapes.ts'

export const passkeyRefused = problem('passkey-refused', 403, 'The passkey is not taken')

export const Passkey = entity('Passkey', {
  id: Id('pass'),
  name: Type.String(),
  createdAt: Instant,
  lastUsedAt: Type.Optional(Instant),
})
export type Passkey = Static<typeof Passkey>

const Bytes = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[\\w-]+$', description: 'Base64url' })

const Start = entity('PasskeyStart', {
  ticket: Type.String({ description: 'Goes with the answer of the device' }),
  options: Type.Unknown({ description: 'What `navigator.credentials` is given, as JSON (WebAuthn level 3)' }),
})

export const passkeyOperations = {
  startPasskeySignIn: {
    method: 'POST',
    path: '/sign-in/passkey/start',
    access: 'anyone',
    limit: 'auth',
    summary: 'Begin to sign in with a passkey',
    reply: { 200: Start },
    idempotent: false,
  },
  signInWithPasskey: {
    method: 'POST',
    path: '/sign-in/passkey/finish',
    access: 'anyone',
    limit: 'auth',
    summary: 'Sign in with a passkey',
    description: 'The device has verified who holds it, so no second factor is asked for.',
    body: input({
      ticket: Ticket,
      id: Bytes(1_400),
      clientDataJSON: Bytes(4_000),
      authenticatorData: Bytes(4_000),
      signature: Bytes(4_000),
      userHandle: Type.Optional(Bytes(100)),
      device: Device,
    }),
    reply: { 200: Session },
    problems: [ticketExpired, passkeyRefused],
    idempotent: false,
  },
  listPasskeys: {
    method: 'GET',
    path: '/me/passkeys',
    access: ownWithoutFactor,
    summary: 'List the own passkeys',
    reply: { 200: Type.Object({ items: Type.Array(Passkey) }) },
  },
  startPasskey: {
    method: 'POST',
    path: '/me/passkeys/start',
    access: ownWithoutFactor,
    limit: 'auth',
    summary: 'Begin to make a passkey',
    description: 'A customer’s e-mail must be confirmed.',
    body: input({ password: PresentPassword }),
    reply: { 200: Start },
    problems: [wrongPassword, signInAgain, emailUnverified, conflict],
    idempotent: false,
  },
  addPasskey: {
    method: 'POST',
    path: '/me/passkeys/finish',
    access: ownWithoutFactor,
    limit: 'auth',
    summary: 'Sign in with a new passkey from now on',
    body: input({
      ticket: Ticket,
      name: Type.Optional(Text(60)),
      id: Bytes(1_400),
      clientDataJSON: Bytes(4_000),
      attestationObject: Bytes(40_000),
      transports: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 })),
    }),
    reply: { 201: Passkey },
    problems: [ticketExpired, passkeyRefused, signInAgain, conflict],
    idempotent: false,
  },
  renamePasskey: {
    method: 'PATCH',
    path: '/me/passkeys/:id',
    access: own,
    summary: 'Name a passkey',
    body: input({ name: Text(60) }),
    reply: { 200: Passkey },
  },
  removePasskey: {
    method: 'DELETE',
    path: '/me/passkeys/:id',
    access: own,
    summary: 'No longer sign in with a passkey',
    description:
      'The last way to sign in stays, and so does the last second factor of staff where the shop demands one.',
    reply: { 204: Empty },
    problems: [conflict, signInAgain],
  },
} as const satisfies Record<string, OperationSpec>
