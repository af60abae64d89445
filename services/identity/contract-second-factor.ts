import type { OperationSpec } from '@rialto/kit/contract'
import { conflict, problem } from '@rialto/kit/problem'
import { Empty, input, Text, Type } from '@rialto/kit/schema'
import { signInAgain, wrongPassword } from './contract-passwords.ts'
import { Device, own, ownWithoutFactor, PresentPassword, Session } from './contract-shapes.ts'

export const wrongCode = problem('wrong-code', 403, 'The code is wrong, or was used already')
/** The password was right. The challenge is worth nothing without a code, and only for some minutes. */
export const secondFactorRequired = problem('second-factor-required', 401, 'A code is needed as well', {
  challenge: Type.String({ description: 'Send it to `confirmSignIn`, together with the code' }),
})
export const challengeExpired = problem('challenge-expired', 410, 'Sign in with the password again')

const Code = Type.String({
  minLength: 6,
  maxLength: 40,
  description: 'Of the app, such as `123 456`, or a recovery code',
})
const RecoveryCodes = Type.Object({
  recoveryCodes: Type.Array(Type.String(), {
    description: 'Each works once in place of a code of the app. They are shown this once.',
  }),
})

export const secondFactorOperations = {
  confirmSignIn: {
    method: 'POST',
    path: '/sign-in/second-factor',
    access: 'anyone',
    limit: 'auth',
    summary: 'Finish signing in, with a code',
    body: input({ challenge: Text(300), code: Code, device: Device }),
    reply: { 200: Session },
    problems: [wrongCode, challengeExpired],
    idempotent: false,
  },
  getSecondFactor: {
    method: 'GET',
    path: '/me/second-factor',
    access: ownWithoutFactor,
    summary: 'Tell whether a second factor is asked for',
    reply: { 200: Type.Object({ isOn: Type.Boolean(), recoveryCodesLeft: Type.Integer() }) },
  },
  startSecondFactor: {
    method: 'POST',
    path: '/me/second-factor',
    access: ownWithoutFactor,
    limit: 'auth',
    summary: 'Get the secret for an app that makes codes (TOTP)',
    description: 'It is asked for at sign-in once `confirmSecondFactor` was given a first code.',
    body: input({ password: PresentPassword }),
    reply: {
      201: Type.Object({
        secret: Type.String({ description: 'In base 32, to be typed into an app' }),
        uri: Type.String({ description: 'The same as `otpauth://…`, for a link or a QR code' }),
      }),
    },
    problems: [wrongPassword, signInAgain, conflict],
    idempotent: false,
  },
  confirmSecondFactor: {
    method: 'POST',
    path: '/me/second-factor/confirm',
    access: ownWithoutFactor,
    limit: 'auth',
    summary: 'Switch the second factor on, by a first code',
    body: input({ code: Code }),
    reply: { 200: RecoveryCodes },
    problems: [wrongCode, signInAgain, conflict],
    idempotent: false,
  },
  renewRecoveryCodes: {
    method: 'POST',
    path: '/me/second-factor/recovery-codes',
    access: own,
    limit: 'auth',
    summary: 'Get new recovery codes in place of the old ones',
    body: input({ code: Code }),
    reply: { 200: RecoveryCodes },
    problems: [wrongCode],
    idempotent: false,
  },
  stopSecondFactor: {
    method: 'POST',
    path: '/me/second-factor/stop',
    access: own,
    limit: 'auth',
    summary: 'Switch the second factor off',
    description: 'Staff keep their last one where the shop demands it.',
    body: input({ password: PresentPassword, code: Code }),
    reply: { 204: Empty },
    problems: [wrongPassword, signInAgain, wrongCode, conflict],
    idempotent: false,
  },
  removeStaffSecondFactor: {
    method: 'DELETE',
    path: '/staff/:id/second-factor',
    access: 'staff:staff',
    summary: 'Let a colleague in who has lost device and recovery codes',
    description: 'Nobody does so for whom may do more than they, nor for themselves.',
    reply: { 204: Empty },
    problems: [conflict],
  },
} as const satisfies Record<string, OperationSpec>
