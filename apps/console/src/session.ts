import { identity, type Profile } from '@rialto/identity/contract'
import { useEffect, useState } from 'react'
import { call, explain, hasStatus } from './api.ts'

export type Session =
  | { readonly state: 'asking' }
  | { readonly state: 'closed'; readonly why?: string; ask(): void }
  /** Signed in, but this is not for them, or not before they have a second factor. */
  | { readonly state: 'barred'; readonly profile: Profile; ask(): void; leave(): Promise<void> }
  | { readonly state: 'open'; readonly profile: Profile; leave(): Promise<void> }

/** Who sits at this browser, by the same session as in the shop. */
export function useSession(): Session {
  const [session, setSession] = useState<Session>({ state: 'asking' })
  const [turn, setTurn] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks again.
  useEffect(() => {
    const ask = () => setTurn((count) => count + 1)
    const leave = async () => {
      await call(identity.signOut, {})
      ask()
    }
    call(identity.getProfile, {}).then(
      (profile) =>
        setSession(
          mayOperate(profile) ? { state: 'open', profile, leave } : { state: 'barred', profile, ask, leave },
        ),
      (error) =>
        setSession({ state: 'closed', why: hasStatus(error, 401) ? undefined : explain(error), ask }),
    )
  }, [turn])
  return session
}

function mayOperate({ role, permissions = [], factorStep }: Profile): boolean {
  if (factorStep) return false
  return role === 'staff' && permissions.some((one) => one === '*' || one === 'operations')
}
