import type { Database } from '@rialto/kit/database'
import type { Own } from '../own.ts'
import { listSecrets, resealSecret } from './second-factor-store.ts'

const batch = 500

/** Seals with the present secret of the shop what the other one has sealed, so that the other can be given up. */
export async function resealSecrets({
  own,
  database,
}: {
  own: Pick<Own, 'codes'>
  database: Database
}): Promise<void> {
  let after = ''
  for (;;) {
    const found = await listSecrets(database, { after, limit: batch })
    for (const of of found) {
      const to = own.codes.sealedAnew(of)
      if (to !== undefined) await resealSecret(database, { accountId: of.accountId, from: of.secret, to })
    }
    const last = found.at(-1)
    if (!last || found.length < batch) return
    after = last.accountId
  }
}
