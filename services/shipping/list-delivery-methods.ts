import type { Handler } from '@rialto/kit/service'
import type { shipping } from './contract.ts'
import { loadMethods } from './method-store.ts'

export const listDeliveryMethods: Handler<typeof shipping.listDeliveryMethods> = async (_, { database }) => ({
  items: await loadMethods(database),
})
