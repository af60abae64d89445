import type { OperationSpec } from '@rialto/kit/contract'
import { conflict } from '@rialto/kit/problem'
import { entity, input, type Static, Type, Version } from '@rialto/kit/schema'
import { signInAgain } from './contract-passwords.ts'

export const SignInRules = entity('SignInRules', {
  staffNeedSecondFactor: Type.Boolean({
    description:
      'Whether staff who have no second factor, or have not signed in by it, may do nothing as staff but set one up',
  }),
  version: Version,
})
export type SignInRules = Static<typeof SignInRules>

export const signInRuleOperations = {
  getSignInRules: {
    method: 'GET',
    path: '/sign-in-rules',
    access: ['staff:settings', 'staff:staff'],
    summary: 'Read what the shop demands of whoever signs in',
    reply: { 200: SignInRules },
  },
  setSignInRules: {
    method: 'PUT',
    path: '/sign-in-rules',
    access: 'staff:settings',
    summary: 'Say whether staff need a second factor',
    description:
      'Only a person who has one, and has signed in by it, demands it of the others: nobody locks themselves out. Keys of staff without one stop working, too.',
    body: input({ staffNeedSecondFactor: Type.Boolean() }),
    reply: { 200: SignInRules },
    problems: [signInAgain, conflict],
  },
} as const satisfies Record<string, OperationSpec>
