import { identity } from '@rialto/identity/contract'
import { type Fields, missingOf, type Refusal } from './problems.ts'

export async function forgotPassword({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const missing = missingOf(fields, ['email'])
  if (missing) return missing
  await call(identity.requestPasswordReset, { email: fields.email ?? '' })
  return '/account/forgot-password?sent'
}

/** The token came with the link of the mail, in the address of the page. */
export async function setNewPassword({ call }: App.Locals, fields: Fields, url: URL): Promise<string> {
  const token = url.searchParams.get('token') || 'none'
  await call(identity.resetPassword, { token, password: fields.password ?? '' })
  return '/account/sign-in?done=password'
}

export async function acceptInvitation({ call }: App.Locals, fields: Fields, url: URL): Promise<string> {
  const token = url.searchParams.get('token') || 'none'
  await call(identity.acceptInvitation, { token, password: fields.password ?? '' })
  return '/account/sign-in?done=password'
}

export async function readSessions({ call }: App.Locals) {
  const { items } = await call(identity.listSessions, {})
  return items
}

export async function verifyEmail({ call }: App.Locals, url: URL): Promise<string> {
  await call(identity.verifyEmail, { token: url.searchParams.get('token') || 'none' })
  return '/account/verify-email?done'
}

/** Whether a second factor is on. */
export async function isGuarded({ call }: App.Locals): Promise<boolean> {
  return (await call(identity.getSecondFactor, {})).isOn
}

export async function eraseAccount({ call }: App.Locals, fields: Fields): Promise<string> {
  const { password = '', code = '' } = fields
  await call(identity.eraseAccount, { ...(password && { password }), ...(code && { code }) })
  await call(identity.signOut, {})
  return '/'
}

/** Does what a form of the security page asks for. */
export async function changeSecurity({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  if (fields.intent === 'verify') {
    await call(identity.requestEmailVerification, {})
    return '/account/security?done=sent'
  }
  if (fields.intent === 'unlink') {
    await call(identity.removeLinkedProvider, { id: fields.id ?? '' })
    return '/account/security?done=unlinked'
  }
  if (fields.intent === 'end-session') {
    await call(identity.endSession, { id: fields.id ?? '' })
    return '/account/security?done=ended'
  }
  if (fields.intent === 'end-others') {
    await call(identity.endOtherSessions, {})
    return '/account/security?done=ended'
  }
  const missing = missingOf(fields, ['currentPassword', 'password'])
  if (missing) return missing
  const { currentPassword = '', password = '' } = fields
  await call(identity.changePassword, { currentPassword, password })
  return '/account/security?done=password'
}

/** What was done just now, in words; the address names it, so that a reload repeats nothing. */
export function doneWords(url: URL): string | undefined {
  return words.get(url.searchParams.get('done') ?? '')
}

const words = new Map([
  ['password', 'Your new password is set. Everybody else who was signed in is signed out.'],
  ['ended', 'Signed out there. It may take some seconds.'],
  ['sent', 'The link is on its way to you.'],
  ['linked', 'It is linked: you can sign in with it from now on.'],
  ['unlinked', 'It is removed, and opens this account no more.'],
])

/** How the page answers with a refusal. */
export function refusalStatus({ code }: Refusal): number {
  return statuses.get(code) ?? 400
}

const statuses = new Map([
  ['wrong-password', 403],
  ['wrong-code', 403],
  ['link-expired', 410],
  ['ticket-expired', 410],
  ['sign-in-again', 403],
  ['email-unverified', 403],
  ['second-factor-missing', 403],
  ['provider-refused', 403],
  ['provider-away', 503],
  ['not-found', 404],
  ['conflict', 409],
  ['too-many-requests', 429],
])
