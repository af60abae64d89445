import type { Handler } from '@rialto/kit/service'
import type { cart } from './contract.ts'
import type { Own } from './own.ts'
import { showOwnCart } from './show-cart.ts'

export const getCart: Handler<typeof cart.getCart, Own> = showOwnCart
