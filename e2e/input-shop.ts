import { rm } from 'node:fs/promises'
import { demoAccounts } from '../demo-accounts.ts'
import { type Platform, startPlatform } from '../platform.ts'
import { makeDataFolder } from './data-folder.ts'
import { withoutLimits } from './without-limits.ts'

/** A shop in this process, for whatever may be sent to it. */
export interface InputShop {
  readonly platform: Platform
  /** Tokens by who asks; of nobody an empty one. */
  readonly sessions: Readonly<Record<string, string>>
  /** Something of each kind, by the prefix of its id, so that inputs are about things that are there. */
  readonly known: Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function openInputShop(): Promise<InputShop> {
  const dataDir = await makeDataFolder('input')
  const environment = {
    ...demoAccounts,
    SANDBOX_WAREHOUSE: 'false',
    PORT: '0',
    HOST: '127.0.0.1',
    RIALTO_DATA: dataDir,
    LOG_LEVEL: 'silent',
    ...withoutLimits,
  }
  const platform = await startPlatform({ environment, pages: false })
  const post = async (path: string, payload: object, token?: string) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    return (await platform.app.inject({ method: 'POST', url: `/api${path}`, payload, headers })).json()
  }
  const customer = { email: 'fuzz@shop.example', password: 'a long password', name: 'Fuzz' }
  const staff = { email: demoAccounts.RIALTO_ADMIN_EMAIL, password: demoAccounts.RIALTO_ADMIN_PASSWORD }
  const sessions = {
    nobody: '',
    customer: (await post('/register', customer)).token,
    staff: (await post('/sign-in', staff)).token,
  }
  return {
    platform,
    sessions,
    known: await makeThings((path, payload) => post(path, payload, sessions.staff)),
    close: async () => {
      await platform.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function makeThings(
  post: (path: string, payload: object) => Promise<{ id: string; variants?: { id: string }[] }>,
): Promise<Record<string, string>> {
  const variants = ['S', 'M'].map((Size) => ({ options: { Size }, price: { amount: 100, currency: 'EUR' } }))
  const category = await post('/categories', { name: 'Fuzz' })
  const product = await post('/products', { title: 'Fuzz', status: 'active', variants })
  const action = { kind: 'percent', percent: 10 }
  const promotion = await post('/promotions', { label: 'Fuzz', coupon: 'FUZZ', action })
  const hook = { url: 'https://erp.example/hooks', eventTypes: ['order.placed'], enabled: false }
  const webhook = await post('/webhooks', hook)
  return {
    cat: category.id,
    prod: product.id,
    var: product.variants?.[0]?.id ?? '',
    promo: promotion.id,
    whk: webhook.id,
  }
}
