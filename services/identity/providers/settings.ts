import { invalidInput, is } from '@rialto/kit/problem'
import { input, type Static, Type } from '@rialto/kit/schema'
import { WrongSettings } from '@rialto/kit/settings'
import { checker } from '@rialto/kit/validation'

const ProviderSettings = input({
  id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,39}$' }),
  name: Type.String({ minLength: 1, maxLength: 40 }),
  issuer: Type.String({ pattern: '^https?://[^\\s?#]+$', maxLength: 300 }),
  clientId: Type.String({ minLength: 1, maxLength: 300 }),
  clientSecret: Type.String({ minLength: 1, maxLength: 1_000 }),
})
export type ProviderSettings = Static<typeof ProviderSettings>

const providerLimit = 5

const hint = `Give up to ${providerLimit} providers as JSON, such as [{"id":"google","name":"Google","issuer":"https://accounts.google.com","clientId":"…","clientSecret":"…"}].`

const none = '[]'

export const SignInProviders = Type.String({ default: none, secret: true, description: hint })

const check = checker(Type.Object({ providers: Type.Array(ProviderSettings, { maxItems: providerLimit }) }))

/** Reads the setting. Nothing of it is repeated in what is said of a fault, as secrets stand in it. */
export function readProviders(text: string, isProduction: boolean): readonly ProviderSettings[] {
  // As in most shops; to make the check takes a while.
  if (text === none) return []
  const given = { providers: parsed(text) as ProviderSettings[] }
  try {
    check(given)
  } catch (error) {
    if (!is(error, invalidInput)) throw error
    const faults = error.details.errors as { field: string; message: string }[]
    throw wrong(faults.map(({ field, message }) => `${field} ${message}`).join(', '))
  }
  const { providers } = given
  for (const field of ['id', 'issuer'] as const)
    if (new Set(providers.map((one) => one[field])).size < providers.length)
      throw wrong(`two have the same ${field}`)
  if (isProduction && providers.some(({ issuer }) => issuer.startsWith('http:')))
    throw wrong('an issuer is not reached by https')
  return providers
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // What is wrong with it quotes it.
    throw wrong(`it is no JSON (${(cause as Error).name})`)
  }
}

function wrong(what: string): WrongSettings {
  return new WrongSettings([`SIGN_IN_PROVIDERS is wrong: ${what}. ${hint}`])
}
