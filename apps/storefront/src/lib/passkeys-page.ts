import { identity } from '@rialto/identity/contract'
import { type Fields, missingOf, type Refusal } from './problems.ts'

export async function readPasskeys({ call }: App.Locals) {
  return (await call(identity.listPasskeys, {})).items
}

export async function changePasskeys({ call }: App.Locals, fields: Fields): Promise<string | Refusal> {
  const { intent, id = '', name = '' } = fields
  if (intent === 'remove') {
    await call(identity.removePasskey, { id })
    return '/account/passkeys?done=removed'
  }
  const missing = missingOf(fields, ['name'])
  if (missing) return missing
  await call(identity.renamePasskey, { id, name })
  return '/account/passkeys?done=renamed'
}

export function doneWords(url: URL): string | undefined {
  return words.get(url.searchParams.get('done') ?? '')
}

const words = new Map([
  ['added', 'Your passkey is made: sign in with it next time.'],
  ['renamed', 'It has its new name.'],
  ['removed', 'It is removed, and opens this account no more. Delete it on your device, too.'],
])
