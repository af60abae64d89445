import type { Service } from '@rialto/kit/service'

/** Every service of the platform; the gateway and the pages stand in front of them. A process loads those it runs. */
const modules = {
  catalog: () => import('@rialto/catalog'),
  search: () => import('@rialto/search'),
  pricing: () => import('@rialto/pricing'),
  identity: () => import('@rialto/identity'),
  cart: () => import('@rialto/cart'),
  orders: () => import('@rialto/orders'),
  payments: () => import('@rialto/payments'),
  inventory: () => import('@rialto/inventory'),
  shipping: () => import('@rialto/shipping'),
  notifications: () => import('@rialto/notifications'),
  webhooks: () => import('@rialto/webhooks'),
}

export type ServiceName = keyof typeof modules

export const serviceNames = Object.keys(modules) as readonly ServiceName[]

export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(modules, name)
}

export function loadServices(names: readonly ServiceName[]): Promise<Service[]> {
  return Promise.all(names.map(async (name) => (await modules[name]()).default))
}
