import { event, type OperationSpec } from '@rialto/kit/contract'
import { Empty, input } from '@rialto/kit/schema'
import { linkExpired } from './contract-passwords.ts'
import { LinkRequested, LinkToken } from './contract-shapes.ts'

/** Whoever owns the address is to say so. */
export const emailVerificationRequested = event('email.verification-requested', 1, LinkRequested)

export const emailEvents = [emailVerificationRequested]

export const emailOperations = {
  requestEmailVerification: {
    method: 'POST',
    path: '/me/email-verification',
    access: ['customer', 'staff:*'],
    limit: 'auth',
    summary: 'Send a link by which the own e-mail is confirmed',
    description: 'Sends nothing when it is confirmed already. One may shop without it.',
    reply: { 204: Empty },
    idempotent: false,
  },
  verifyEmail: {
    method: 'POST',
    path: '/verify-email',
    access: 'anyone',
    limit: 'auth',
    summary: 'Confirm an e-mail by the link that was sent to it',
    body: input({ token: LinkToken }),
    reply: { 204: Empty },
    problems: [linkExpired],
    idempotent: false,
  },
} as const satisfies Record<string, OperationSpec>
