import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { catalog } from '@rialto/catalog/contract'
import { identity } from '@rialto/identity/contract'
import { pricing } from '@rialto/pricing/contract'
import { type ApiCall, ApiProblem, createClient, sendByFetch } from '@rialto/sdk'
import { demoAccounts } from './demo-accounts.ts'
import type { Platform } from './platform.ts'

const catalogFolder = join(import.meta.dirname, 'data/demo')

/** Fills an empty shop with the demo catalog, by the same import that a merchant uses. */
export async function loadDemo(
  { url, settings }: Pick<Platform, 'url' | 'settings'>,
  tell: (step: string) => void,
): Promise<void> {
  if (settings.NODE_ENV === 'production') return
  const send = sendByFetch(url)
  const { items } = await createClient({ send })(catalog.listProducts, { limit: 1 })
  if (items.length > 0) return
  tell('Loading the demo catalog')
  const staff = await signIn(url, demoAccounts.RIALTO_ADMIN_EMAIL, demoAccounts.RIALTO_ADMIN_PASSWORD)
  await importCatalog(staff)
  await makeCoupons(staff)
  await makeCustomer(url)
}

/** Signs in and answers with a client that acts as that person. Throws `ApiProblem` when it is refused. */
export async function signIn(url: string, email: string, password: string): Promise<ApiCall> {
  const send = sendByFetch(url)
  const { token } = await createClient({ send })(identity.signIn, { email, password })
  return createClient({ send, headers: { authorization: `Bearer ${token}` } })
}

async function importCatalog(call: ApiCall): Promise<void> {
  const files = (await readdir(catalogFolder)).filter((file) => file.endsWith('.csv')).sort()
  for (const file of files) await importFile(call, file)
}

async function importFile(call: ApiCall, filename: string): Promise<void> {
  const body = createReadStream(join(catalogFolder, filename)) as AsyncIterable<Uint8Array>
  const { id } = await call(catalog.startImport, { body, filename })
  let state = await call(catalog.getImport, { id })
  while (state.status === 'running') {
    await pause(50)
    state = await call(catalog.getImport, { id })
  }
  if (state.status === 'failed' || state.refusedProducts > 0) {
    throw new Error(
      `The demo catalog could not be loaded: ${state.error ?? JSON.stringify(state.refusals[0])}`,
    )
  }
}

async function makeCoupons(call: ApiCall): Promise<void> {
  const label = 'Welcome: 10 % off'
  await unlessThere(
    call(pricing.createPromotion, { label, coupon: 'WELCOME10', action: { kind: 'percent', percent: 10 } }),
  )
  const free = { label: 'Free delivery', coupon: 'FREESHIP', action: { kind: 'free-delivery' as const } }
  await unlessThere(call(pricing.createPromotion, free))
}

async function makeCustomer(url: string): Promise<void> {
  const call = createClient({ send: sendByFetch(url) })
  const { customerEmail: email, customerPassword: password } = demoAccounts
  await unlessThere(call(identity.register, { email, password, name: 'Ada Lovelace' }))
}

/** A start that was cut short is taken up by the next one: what it made already is kept. */
async function unlessThere(making: Promise<unknown>): Promise<void> {
  try {
    await making
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 409)) throw error
  }
}
