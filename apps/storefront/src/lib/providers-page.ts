import { identity } from '@rialto/identity/contract'
import { localPath, readForm } from './forms.ts'
import { isProblem, type Refusal, refusalOf, unlessAway } from './problems.ts'

/** Where customers may sign in besides; none while that cannot be told. */
export async function readProviders({ call }: App.Locals) {
  return (await unlessAway(call(identity.listProviders, {})))?.items ?? []
}

export async function readLinkedProviders({ call }: App.Locals) {
  return (await call(identity.listLinkedProviders, {})).items
}

/** Where a visit to a provider leads: on, or to words why not. */
export type Visit = { readonly to: string } | { readonly refusal: Refusal; readonly isLinking: boolean }

/** Leaves for the provider, or comes back from it, by what stands in the address. */
export async function visitProvider({ call }: App.Locals, provider: string, url: URL): Promise<Visit> {
  const isBack = ['code', 'error', 'state'].some((name) => url.searchParams.has(name))
  if (!isBack) {
    const to = localPath(url.searchParams.get('to'))
    const start = () => call(identity.startProviderSignIn, { provider, ...(to && { to }) })
    return refusing(async () => ({ to: (await start()).url }))
  }
  const answer = url.search.slice(1, 4_001)
  // The one who comes back is told apart by the state, as the ticket can be read by the shop alone.
  if (url.searchParams.get('state')?.startsWith(linkingState)) {
    const link = () => call(identity.finishLinkingProvider, { answer })
    return refusing(async () => {
      await link()
      return { to: '/account/security?done=linked' }
    }, true)
  }
  const finish = () => call(identity.finishProviderSignIn, { answer })
  return refusing(async () => ({ to: localPath((await finish()).to) ?? '/account' }))
}

const linkingState = 'link.'

async function refusing(act: () => Promise<Visit>, isLinking = false): Promise<Visit> {
  try {
    return await act()
  } catch (error) {
    // Who is not signed in any more cannot link anything.
    if (isProblem(error) && error.code === 'unauthenticated') return { to: '/account/sign-in' }
    return { refusal: refusalOf(error, {}), isLinking }
  }
}

/** Where the browser goes to link the provider, once the form was sent; else why not. */
export async function startLinking(
  { call }: App.Locals,
  provider: string,
  request: Request,
): Promise<{ url?: string; refusal?: Refusal }> {
  if (request.method !== 'POST') return {}
  const { password } = await readForm(request)
  try {
    return await call(identity.startLinkingProvider, { provider, ...(password && { password }) })
  } catch (error) {
    return { refusal: refusalOf(error, {}) }
  }
}
