import { event, type OperationSpec } from '@rialto/kit/contract'
import { problem } from '@rialto/kit/problem'
import { Email, Empty, input, Text, Type } from '@rialto/kit/schema'
import { AccountId, LinkRequested, LinkToken, Password } from './contract-shapes.ts'

export const linkExpired = problem('link-expired', 410, 'The link was used, replaced, or is too old')
export const wrongPassword = problem('wrong-password', 403, 'The present password is wrong')

/** A session that began long ago may be in other hands. */
export const signInAgain = problem('sign-in-again', 403, 'Sign in again first')

/** Somebody has forgotten the password of an account. */
export const passwordResetRequested = event('password.reset-requested', 1, LinkRequested)
export const passwordChanged = event(
  'password.changed',
  1,
  Type.Object({ accountId: AccountId, email: Email, name: Type.String() }),
)

export const passwordEvents = [passwordResetRequested, passwordChanged]

export const passwordOperations = {
  requestPasswordReset: {
    method: 'POST',
    path: '/forgot-password',
    access: 'anyone',
    limit: 'auth',
    summary: 'Send a link by which a forgotten password is replaced',
    description: 'Answers the same whether there is an account or not.',
    body: input({ email: Email }),
    reply: { 204: Empty },
    idempotent: false,
  },
  resetPassword: {
    method: 'POST',
    path: '/reset-password',
    access: 'anyone',
    limit: 'auth',
    summary: 'Set a new password by the link of a mail, and end all sessions',
    body: input({ token: LinkToken, password: Password }),
    reply: { 204: Empty },
    problems: [linkExpired],
    idempotent: false,
  },
  changePassword: {
    method: 'POST',
    path: '/me/password',
    access: ['customer', 'staff:*'],
    limit: 'auth',
    summary: 'Change the own password, and end all other sessions',
    body: input({ currentPassword: Text(128), password: Password }),
    reply: { 204: Empty },
    problems: [wrongPassword],
    idempotent: false,
  },
  issueLink: {
    method: 'POST',
    path: '/links/:id/issue',
    access: 'service',
    internal: true,
    idempotent: 'by-content',
    summary: 'Make the token of a link, for the mail that is about to be sent',
    reply: { 200: Type.Object({ token: Type.String() }) },
    problems: [linkExpired],
  },
} as const satisfies Record<string, OperationSpec>
