import type { Handler } from '@rialto/kit/service'
import type { payments } from './contract.ts'
import type { Own } from './own.ts'

export const listPaymentMethods: Handler<typeof payments.listPaymentMethods, Own> = async (_, { own }) => ({
  items: Object.entries(own.gateways).map(([gateway, { title, testCards }]) => ({
    gateway,
    name: title,
    testCards: [...testCards],
  })),
})
