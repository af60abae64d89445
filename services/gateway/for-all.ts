import { accessList, type Operation } from '@rialto/kit/contract'

const own = ['owner', 'shopper', 'customer'] as const

/** What is open to anyone, and to nobody in another way, looks alike to all but staff. */
export function isForAll(operation: Operation): boolean {
  const access = accessList(operation)
  return access.includes('anyone') && !own.some((kind) => access.includes(kind))
}
