import { identity } from '@rialto/identity/contract'
import { ApiProblem } from '@rialto/sdk'
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { call } from './api.ts'

// Passkeys need the browser's own hand: pages offer them only where it has one, and say so where it has none.

const canUse = browserSupportsWebAuthn()
for (const place of document.querySelectorAll<HTMLElement>('[data-needs-passkeys]')) place.hidden = !canUse
for (const place of document.querySelectorAll<HTMLElement>('[data-without-passkeys]')) place.hidden = canUse

const signIn = document.querySelector<HTMLButtonElement>('[data-passkey-sign-in]')
signIn?.addEventListener('click', () => run(signIn, () => signInTo(signIn.dataset.to ?? '/account')))

const form = document.querySelector<HTMLFormElement>('[data-new-passkey]')
form?.addEventListener('submit', (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  if (button) run(button, () => add(new FormData(form)))
})

/** The contract has them as JSON, as WebAuthn describes it. */
type Options<Of extends (given: never) => unknown> = Parameters<Of>[0] extends { optionsJSON: infer Json }
  ? Json
  : never

async function signInTo(path: string): Promise<void> {
  const { ticket, options } = await call(identity.startPasskeySignIn, {})
  const optionsJSON = options as Options<typeof startAuthentication>
  const { id, response } = await startAuthentication({ optionsJSON })
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  await call(identity.signInWithPasskey, {
    ...{ ticket, id, clientDataJSON, authenticatorData, signature },
    ...(userHandle && { userHandle }),
  })
  location.assign(path)
}

async function add(fields: FormData): Promise<void> {
  const typed = (name: string) => String(fields.get(name) ?? '').trim()
  const [password, name] = [typed('password'), typed('name')]
  const { ticket, options } = await call(identity.startPasskey, { ...(password && { password }) })
  const { id, response } = await startRegistration({
    optionsJSON: options as Options<typeof startRegistration>,
  })
  const { clientDataJSON, attestationObject, transports } = response
  await call(identity.addPasskey, {
    ...{ ticket, id, clientDataJSON, attestationObject },
    ...(transports && { transports }),
    ...(name && { name }),
  })
  location.assign('/account/passkeys?done=added')
}

/** Runs it once at a time, and shows why it did not work. */
async function run(button: HTMLButtonElement, act: () => Promise<void>): Promise<void> {
  const place = document.querySelector<HTMLElement>('[data-passkey-error]')
  if (place) place.hidden = true
  button.disabled = true
  try {
    await act()
  } catch (error) {
    button.disabled = false
    if (!place) return
    place.hidden = false
    place.textContent = wordsFor(error)
  }
}

function wordsFor(error: unknown): string {
  if (error instanceof ApiProblem) return error.message
  const name = error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'AbortError')
    return 'Nothing was done: it was cancelled, or took too long.'
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.'
  return 'The passkey could not be used here. Please sign in another way.'
}
