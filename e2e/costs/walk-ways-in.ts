import { identity } from '@rialto/identity/contract'
import { openDevice } from '../../services/identity/passkeys/testing.ts'
import { comeBack, type TestProvider } from '../../services/identity/providers/testing.ts'
import { mailTo, tokenIn } from '../mails.ts'
import { openVisitor } from '../visitor.ts'

/** Where the shop's pages are for providers and passkeys. */
export const publicUrl = 'http://shop.test'

const password = 'a long enough password'

interface WaysIn {
  readonly url: string
  readonly provider: TestProvider
}

/** The ways into an account besides a password. */
export async function walkOtherWaysIn({ url, provider }: WaysIn): Promise<void> {
  const { call } = openVisitor({ url })
  const email = 'elsewhere@walk.example'
  await call(identity.register, { email, password, name: 'Elsewhere' })
  const verification = tokenIn(await mailTo(call, email, 'email-verification'), '/account/verify-email')
  await call(identity.verifyEmail, { token: verification })
  await usePasskey(call)
  await useProvider(call, { url, provider, email })
}

async function usePasskey(call: ReturnType<typeof openVisitor>['call']): Promise<void> {
  const device = openDevice({ origin: publicUrl })
  type Options = { challenge: string }
  const making = await call(identity.startPasskey, { password })
  const made = device.create(making.options as Options)
  const { id } = await call(identity.addPasskey, { ticket: making.ticket, ...made })
  await call(identity.renamePasskey, { id, name: 'My phone' })
  await call(identity.listPasskeys, {})
  const asked = await call(identity.startPasskeySignIn, {})
  await call(identity.signInWithPasskey, { ticket: asked.ticket, ...device.get(asked.options as Options) })
  await call(identity.removePasskey, { id })
}

async function useProvider(
  call: ReturnType<typeof openVisitor>['call'],
  { url, provider, email }: WaysIn & { readonly email: string },
): Promise<void> {
  const [listed] = (await call(identity.listProviders, {})).items
  const { id: name = '' } = listed ?? {}
  provider.seat({ sub: 'walker', email, email_verified: true })
  const linking = await call(identity.startLinkingProvider, { provider: name, password })
  const linked = await comeBack(linking.url, publicUrl)
  const { id } = await call(identity.finishLinkingProvider, { ticket: linking.ticket, answer: linked })
  await call(identity.listLinkedProviders, {})
  const elsewhere = openVisitor({ url }).call
  for (const somebody of [
    { sub: 'walker' },
    { sub: 'new', email: 'new@walk.example', email_verified: true },
  ]) {
    provider.seat(somebody)
    const { url: there, ticket } = await elsewhere(identity.startProviderSignIn, { provider: name })
    await elsewhere(identity.finishProviderSignIn, { ticket, answer: await comeBack(there, publicUrl) })
  }
  await call(identity.removeLinkedProvider, { id })
}
