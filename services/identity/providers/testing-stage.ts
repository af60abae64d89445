import assert from 'node:assert/strict'
import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { is, type ProblemInfo } from '@rialto/kit/problem'
import type { World } from '@rialto/kit/testing'
import { identity, type Session } from '../contract.ts'
import { anyone, freshEmail, openIdentity } from '../testing.ts'
import { comeBack, openTestProvider, type Somebody, type TestProvider } from './testing.ts'

export const shopUrl = 'http://shop.test'

/** The shop, the provider, and people who go there and come back. */
export interface Stage {
  readonly world: World
  readonly provider: TestProvider
  start(to?: string): Promise<{ url: string; ticket: string }>
  finish(ticket: string, answer: string, as?: Actor): Promise<Session & { to?: string }>
  /** All of it, as a browser does. */
  signInAs(who: Somebody, as?: Actor): Promise<Session & { to?: string }>
  /** Who has been to the provider, and is about to be back. */
  away(who: Somebody, change?: (url: string) => string): Promise<{ ticket: string; answer: string }>
  /** As the link of a mail does. */
  verify(session: Session): Promise<void>
  sessionIdOf(token: string): Promise<string>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const provider = await openTestProvider(shopUrl)
  const world = await openIdentity({
    PUBLIC_URL: `${shopUrl}/`,
    SIGN_IN_PROVIDERS: JSON.stringify([provider.settings]),
    PROVIDER_TIMEOUT_MS: '1000',
  })
  const start = (to?: string) =>
    world.call(identity.startProviderSignIn, { provider: 'elsewhere', ...(to && { to }) }, { as: anyone })
  const finish = (ticket: string, answer: string, as: Actor = anyone) =>
    world.call(identity.finishProviderSignIn, { ticket, answer, device: 'the till' }, { as })
  return {
    world,
    provider,
    start,
    finish,
    signInAs: async (who, as) => {
      provider.seat(who)
      const { url, ticket } = await start('/cart')
      return finish(ticket, await comeBack(url, shopUrl), as)
    },
    away: async (who, change = (url) => url) => {
      provider.seat(who)
      const { url, ticket } = await start()
      return { ticket, answer: await comeBack(change(url), shopUrl) }
    },
    verify: async ({ profile }) => {
      await world.database.run`update users set email_verified = true where id = ${profile.id}`
    },
    sessionIdOf: async (token) => (await world.call(identity.resolveSession, { token })).sessionId ?? '',
    close: async () => {
      await world.close()
      await provider.close()
    },
  }
}

export function somebody(more: Partial<Somebody> = {}): Somebody {
  return { sub: newId('sub'), email: freshEmail(), email_verified: true, name: 'Grace Hopper', ...more }
}

export function refused(type: ProblemInfo) {
  return (error: unknown) => {
    assert.ok(is(error, type), String((error as Error).stack))
    return true
  }
}
