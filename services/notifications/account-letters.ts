import type { signInWayChanged } from '@rialto/identity/contract'
import { dateFormat } from '@rialto/kit/date-format'
import type { Static } from '@rialto/kit/schema'
import { locale } from './letters.ts'
import type { Letter } from './templates.ts'

// What is written about accounts, decided purely.

/** Stands for the token of a link in every message that is kept. */
export const tokenPlace = 'TOKEN-OF-THE-LINK'

export function resetPasswordLetter(expiresAt: string, publicUrl: string): Letter {
  const values = {
    heading: 'Set a new password',
    lead: 'A new password was asked for with your e-mail address.',
    action: 'Set a new password',
    url: `${publicUrl}/account/new-password?token=${tokenPlace}`,
    note: `${onceUntil(expiresAt)} Was it not you? Then do nothing: your password stays as it is.`,
  }
  return { template: 'action', subject: 'Set a new password', values }
}

export function verifyEmailLetter(expiresAt: string, publicUrl: string): Letter {
  const values = {
    heading: 'Confirm your e-mail',
    lead: 'An account was opened with this address. Tell us that it is yours.',
    action: 'Confirm it',
    url: `${publicUrl}/account/verify-email?token=${tokenPlace}`,
    note: `${onceUntil(expiresAt)} Was it not you? Then do nothing.`,
  }
  return { template: 'action', subject: 'Confirm your e-mail', values }
}

export function invitationLetter(expiresAt: string, publicUrl: string): Letter {
  const values = {
    heading: 'You are invited',
    lead: 'You are to help run the shop. Choose a password, and your staff account is ready.',
    action: 'Accept the invitation',
    url: `${publicUrl}/account/accept-invitation?token=${tokenPlace}`,
    note: `${onceUntil(expiresAt)} Do you not know why you get this? Then do nothing.`,
  }
  return { template: 'action', subject: 'You are invited to run the shop', values }
}

export function passwordChangedLetter(publicUrl: string): Letter {
  const values = {
    heading: 'Your password was changed',
    lead: 'Whoever was signed in with the old one has been signed out.',
    action: 'Sign in',
    url: `${publicUrl}/account/sign-in`,
    note: 'Was it not you? Then choose “Forgot your password?” where you sign in, and set a new one at once.',
  }
  return { template: 'action', subject: 'Your password was changed', values }
}

type Way = Pick<Static<typeof signInWayChanged.schema>, 'way' | 'change' | 'provider'>

export function signInWayLetter({ way, change, provider = 'a provider' }: Way, publicUrl: string): Letter {
  const [subject, lead] = wayWords[way][change]
  const values = {
    heading: subject,
    lead: lead.replace('PROVIDER', () => provider),
    action: 'See to your account',
    url: `${publicUrl}/account/security`,
    note: 'Was it not you? Then sign in, undo it under “Security”, sign out everywhere else, and set a new password.',
  }
  return { template: 'action', subject, values }
}

const wayWords: Readonly<
  Record<Way['way'], Record<Way['change'], readonly [subject: string, lead: string]>>
> = {
  passkey: {
    added: ['A passkey was added', 'Your account can be opened with a new passkey from now on.'],
    removed: ['A passkey was removed', 'A passkey opens your account no more.'],
  },
  provider: {
    added: [
      'A way to sign in was added',
      'Your account can be opened by signing in with PROVIDER from now on.',
    ],
    removed: ['A way to sign in was removed', 'Signing in with PROVIDER opens your account no more.'],
  },
  'second-factor': {
    added: [
      'A second factor was set up',
      'Besides the password, your account asks for a code of an app from now on.',
    ],
    removed: ['Your second factor was switched off', 'Your account asks for no code of an app any more.'],
  },
}

function onceUntil(expiresAt: string): string {
  return `The link works once, until ${moments(new Date(expiresAt))} UTC.`
}

const moments = dateFormat(locale, {
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
