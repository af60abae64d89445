import type { Handler } from '@rialto/kit/service'
import { savedAddress } from './address.ts'
import { findAddresses } from './address-store.ts'
import type { identity } from './contract.ts'

export const listAddresses: Handler<typeof identity.listAddresses> = async (_input, { whose, database }) => ({
  items: (await findAddresses(database, whose)).map(savedAddress),
})
