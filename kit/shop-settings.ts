import { Type } from './schema.ts'

// What several services read from the environment, each for itself.

export const ShopName = Type.String({
  default: 'Rialto',
  minLength: 1,
  maxLength: 100,
  description: 'Give the name of the shop.',
})

export const ShopCurrency = Type.String({
  default: 'EUR',
  pattern: '^[A-Z]{3}$',
  description: 'Give the ISO 4217 code of the shop’s currency, such as EUR.',
})

export const PublicUrl = Type.String({
  default: 'http://localhost:3000',
  pattern: '^https?://',
  description: 'Give the address at which shoppers reach the shop, such as https://shop.example.',
})
