import type { Actor } from '@rialto/kit/access'
import { newId } from '@rialto/kit/id'
import { openWorld, type World } from '@rialto/kit/testing'
import { identity, type Session, signInWayChanged } from './contract.ts'
import service from './service.ts'

export const password = 'a long enough password'
export const anyone: Actor = { kind: 'anyone' }

export function openIdentity(config: Record<string, string> = {}): Promise<World> {
  return openWorld(service, { config: { RIALTO_SECRET: 'a secret of the tests, 32 characters', ...config } })
}

export function freshEmail(): string {
  return `${newId('mail')}@shop.example`
}

export function registered(
  world: World,
  { email = freshEmail(), as = anyone }: { email?: string; as?: Actor } = {},
): Promise<Session> {
  return world.call(identity.register, { email, password, name: 'Ada' }, { as })
}

export function customer({ profile }: Session): Actor {
  return { kind: 'customer', id: profile.id }
}

/** What the owner of an account was told of ways into it, in order. */
export async function toldWays(world: World, accountId: string): Promise<string[]> {
  const told = (await world.said(signInWayChanged)).filter((said) => said.accountId === accountId)
  return told.map(({ way, change, provider }) => [change, way, provider].filter(Boolean).join(' '))
}
