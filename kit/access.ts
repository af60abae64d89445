import { type Access, accessList, type OperationSpec } from './contract.ts'
import { forbidden, secondFactorMissing, unauthenticated } from './problem.ts'

/** Who acts. A customer or staff member keeps the guest identity of the browser, so nothing is lost on sign-in. */
export type Actor =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'guest'; readonly id: string }
  | { readonly kind: 'customer'; readonly id: string; readonly guestId?: string }
  | {
      readonly kind: 'staff'
      readonly id: string
      readonly permissions: readonly string[]
      readonly guestId?: string
      /** Where the shop demands a second factor of its staff: what is to be done before they may do anything as staff. */
      readonly factorStep?: FactorStep
    }
  | { readonly kind: 'service'; readonly name: string }

/** To have a second factor at all, or to sign in by the one that is there. */
export type FactorStep = 'set-up' | 'sign-in-again'

/** Whose resources an admitted actor may see: everyone's, or those owned by one of these identities. */
export type Whose = 'everyone' | readonly string[]

export const anyone: Actor = { kind: 'anyone' }

/** The identities under which an actor owns things. */
export function identities(actor: Actor): readonly string[] {
  switch (actor.kind) {
    case 'guest':
      return [actor.id]
    case 'customer':
      return actor.guestId ? [actor.id, actor.guestId] : [actor.id]
    case 'staff':
      return actor.guestId ? [actor.guestId] : []
    default:
      return []
  }
}

/**
 * Decides whether the actor may use the operation, and whose resources it then sees.
 * Throws `unauthenticated` when signing in could help, `second-factor-missing` when a second factor could, else
 * `forbidden`.
 */
export function admit(operation: Pick<OperationSpec, 'access'>, actor: Actor): Whose {
  const granted = accessList(operation).filter((access) => grants(access, actor))
  if (granted.some((access) => access === 'service' || access.startsWith('staff:'))) return 'everyone'
  if (granted.length > 0) return identities(actor)
  if (actor.kind === 'anyone' || actor.kind === 'guest')
    throw unauthenticated('This needs a signed-in account with access.')
  if (actor.kind === 'staff' && actor.factorStep && accessList(operation).some(isForStaff))
    throw secondFactorMissing(stepWords[actor.factorStep], { step: actor.factorStep })
  throw forbidden('The signed-in account has no access to this.')
}

const stepWords: Readonly<Record<FactorStep, string>> = {
  'set-up':
    'This shop wants a second factor of its staff. Set one up first: codes of an app at /account/second-factor, or a passkey at /account/passkeys.',
  'sign-in-again':
    'This shop wants a second factor of its staff. Sign out, and sign in again with your passkey or with a code.',
}

/** Whether a thing of this owner may be shown; for decisions on rows that are already loaded. */
export function owns(whose: Whose, ownerId: string): boolean {
  return whose === 'everyone' || whose.includes(ownerId)
}

function grants(access: Access, actor: Actor): boolean {
  switch (access) {
    case 'anyone':
      return true
    case 'shopper':
    case 'owner':
      return identities(actor).length > 0
    case 'customer':
      return actor.kind === 'customer'
    case 'service':
      return actor.kind === 'service'
    default:
      return actor.kind === 'staff' && (access === 'staff:without-factor' || mayAct(actor, access))
  }
}

function isForStaff(access: Access): boolean {
  return access.startsWith('staff:')
}

function mayAct({ permissions, factorStep }: Actor & { kind: 'staff' }, access: Access): boolean {
  return factorStep === undefined && holds(permissions, access.slice('staff:'.length))
}

/** Whoever holds `*` may do everything; an operation for `staff:*` is open to all staff. */
function holds(permissions: readonly string[], wanted: string): boolean {
  return wanted === '*' || permissions.includes(wanted) || permissions.includes('*')
}
