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

function onceUntil(expiresAt: string): string {
  return `The link works once, until ${moments.format(new Date(expiresAt))} UTC.`
}

const moments = new Intl.DateTimeFormat(locale, {
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
})
