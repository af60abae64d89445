import type { OperationSpec } from '@rialto/kit/contract'
import { conflict, notFound, problem } from '@rialto/kit/problem'
import { Empty, entity, Id, Instant, input, type Static, Text, Type } from '@rialto/kit/schema'
import { signInAgain, wrongPassword } from './contract-passwords.ts'
import { secondFactorRequired } from './contract-second-factor.ts'
import { Device, PresentPassword, Session, Ticket, ticketExpired } from './contract-shapes.ts'

/** Nothing is wrong here: the provider gives no answer, or none in time. */
export const providerAway = problem('provider-away', 503, 'The provider does not answer just now')
/** The person declined, or what the provider answered does not hold. */
export const providerRefused = problem('provider-refused', 403, 'The provider vouches for nobody')
/** An e-mail that nobody has confirmed may be anybody’s. */
export const emailUnverified = problem('email-unverified', 403, 'The e-mail is not confirmed')
const ProviderId = Type.String({ minLength: 1, maxLength: 40, description: 'From `listProviders`' })

export const SignInProvider = entity('SignInProvider', { id: Type.String(), name: Type.String() })
export const LinkedProvider = entity('LinkedProvider', {
  id: Id('acct'),
  name: Type.String({ description: 'Of the provider' }),
  linkedAt: Instant,
})
export type LinkedProvider = Static<typeof LinkedProvider>

export const Departure = entity('Departure', {
  url: Type.String({ description: 'Where the browser goes now: the provider’s page' }),
  ticket: Type.String({ description: 'Goes with the answer; browsers keep it as a cookie' }),
})
const Answer = Type.String({
  minLength: 1,
  maxLength: 4_000,
  description: 'The query with which the provider sent the browser back, such as `code=…&state=…`',
})
const back =
  'The provider sends the browser to `/account/provider/<id>` of the shop, and nowhere else; where it links, with a `state` that begins with `link.`.'

export const providerOperations = {
  listProviders: {
    method: 'GET',
    path: '/providers',
    access: 'anyone',
    summary: 'List where customers may sign in besides',
    reply: { 200: Type.Object({ items: Type.Array(SignInProvider) }) },
  },
  startProviderSignIn: {
    method: 'POST',
    path: '/sign-in/provider/start',
    access: 'anyone',
    limit: 'auth',
    summary: 'Begin to sign in with a provider (OpenID Connect)',
    description: back,
    body: input({ provider: ProviderId, to: Type.Optional(Text(2_000)) }),
    reply: { 200: Departure },
    problems: [notFound, providerAway],
    idempotent: false,
  },
  finishProviderSignIn: {
    method: 'POST',
    path: '/sign-in/provider/finish',
    access: 'anyone',
    limit: 'auth',
    summary: 'Finish signing in with a provider',
    description:
      'Opens an account for whom the shop does not know. Who has one under the same e-mail gets into that, if the provider has confirmed the e-mail.',
    body: input({ ticket: Type.Optional(Ticket), answer: Answer, device: Device }),
    reply: {
      200: entity('ProviderSession', {
        ...Session.properties,
        to: Type.Optional(Type.String({ description: 'As it was given to `startProviderSignIn`' })),
      }),
    },
    problems: [ticketExpired, providerAway, providerRefused, emailUnverified, secondFactorRequired, conflict],
    idempotent: false,
  },
  listLinkedProviders: {
    method: 'GET',
    path: '/me/providers',
    access: 'customer',
    summary: 'List where one signs in besides',
    reply: { 200: Type.Object({ items: Type.Array(LinkedProvider) }) },
  },
  startLinkingProvider: {
    method: 'POST',
    path: '/me/providers/start',
    access: 'customer',
    limit: 'auth',
    summary: 'Begin to link a provider, by which one signs in from then on',
    description: `The own e-mail must be confirmed. ${back}`,
    body: input({ provider: ProviderId, password: PresentPassword }),
    reply: { 200: Departure },
    problems: [notFound, providerAway, emailUnverified, wrongPassword, signInAgain],
    idempotent: false,
  },
  finishLinkingProvider: {
    method: 'POST',
    path: '/me/providers/finish',
    access: 'customer',
    limit: 'auth',
    summary: 'Finish linking a provider',
    body: input({ ticket: Type.Optional(Ticket), answer: Answer }),
    reply: { 200: LinkedProvider },
    problems: [ticketExpired, providerAway, providerRefused, conflict],
    idempotent: false,
  },
  removeLinkedProvider: {
    method: 'DELETE',
    path: '/me/providers/:id',
    access: 'customer',
    summary: 'No longer sign in with a provider',
    description: 'The last way to sign in stays.',
    reply: { 204: Empty },
    problems: [conflict],
  },
} as const satisfies Record<string, OperationSpec>
