import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { identity } from '../contract.ts'
import type { Own } from '../own.ts'
import { newChecks, type Provider } from './provider.ts'

export const listProviders: Handler<typeof identity.listProviders, Own> = async (_input, { own }) => ({
  items: [...own.providers.values()].map(({ id, name }) => ({ id, name })),
})

export const startProviderSignIn: Handler<typeof identity.startProviderSignIn, Own> = async (
  { provider, to },
  context,
) => depart(providerOf(context.own, provider), { ...(to !== undefined && { to }) }, context)

export function providerOf(own: Pick<Own, 'providers'>, id: string): Provider {
  const provider = own.providers.get(id)
  if (!provider) throw notFound('There is no such provider to sign in with.')
  return provider
}

/** Sends somebody to a provider, with all that will be asked for when they come back. */
export async function depart(
  provider: Provider,
  why: { readonly to?: string; readonly accountId?: string },
  { own, newId, now }: { own: Pick<Own, 'tickets'>; newId: (prefix: string) => string; now: () => Date },
): Promise<{ url: string; ticket: string }> {
  const checks = newChecks(why.accountId !== undefined)
  const url = await provider.begin(checks)
  const ticket = { kind: 'provider', provider: provider.id, ...checks, ...why } as const
  return { url, ticket: own.tickets.write(ticket, newId('tick'), now()) }
}
