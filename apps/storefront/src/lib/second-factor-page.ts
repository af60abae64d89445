import { identity } from '@rialto/identity/contract'
import { readForm } from './forms.ts'
import { type Fields, type Refusal, refusalOf } from './problems.ts'

/** What the page shows: secrets and codes are shown once, in the answer itself, and never stand in an address. */
export type Step =
  | { readonly kind: 'off' }
  | { readonly kind: 'set-up'; readonly secret: string; readonly uri: string }
  | { readonly kind: 'codes'; readonly recoveryCodes: readonly string[] }
  | { readonly kind: 'on'; readonly recoveryCodesLeft: number }

export interface Shown {
  readonly step: Step
  readonly refusal?: Refusal
}

/** Does what the posted form asks for, and tells what to show then. */
export async function secondFactorStep({ call }: App.Locals, request: Request): Promise<Shown> {
  if (request.method !== 'POST') return { step: await present(call) }
  const fields = await readForm(request)
  try {
    return { step: await act(call, fields) }
  } catch (error) {
    const refusal = refusalOf(error, fields)
    const { secret, uri = '' } = fields
    // The secret is shown again, so that nobody has to begin anew for a code that came too late.
    const step =
      secret && refusal.code !== 'conflict' ? ({ kind: 'set-up', secret, uri } as const) : undefined
    return { step: step ?? (await present(call)), refusal }
  }
}

async function act(call: App.Locals['call'], fields: Fields): Promise<Step> {
  const { intent, password = '', code = '' } = fields
  switch (intent) {
    case 'start':
      return {
        kind: 'set-up',
        ...(await call(identity.startSecondFactor, { ...(password && { password }) })),
      }
    case 'confirm':
      return { kind: 'codes', ...(await call(identity.confirmSecondFactor, { code })) }
    case 'renew':
      return { kind: 'codes', ...(await call(identity.renewRecoveryCodes, { code })) }
    case 'stop':
      await call(identity.stopSecondFactor, { code, ...(password && { password }) })
      return present(call)
    default:
      return present(call)
  }
}

async function present(call: App.Locals['call']): Promise<Step> {
  const { isOn, recoveryCodesLeft } = await call(identity.getSecondFactor, {})
  return isOn ? { kind: 'on', recoveryCodesLeft } : { kind: 'off' }
}
