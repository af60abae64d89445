import type { Database } from '@rialto/kit/database'
import type { Own } from './own.ts'
import { type KeptSecret, listWebhooks, lockWebhook, saveWebhook } from './webhook-store.ts'

const batch = 100

/** Seals with the present secret of the shop what the other one has sealed, so that the other can be given up. */
export async function resealSecrets({
  own: { seal },
  database,
}: {
  own: Pick<Own, 'seal'>
  database: Database
}): Promise<void> {
  if (!seal.isChanging) return
  const anew = (secrets: readonly KeptSecret[], id: string) =>
    secrets.map((one) => ({ ...one, sealed: seal.anew(one.sealed, id) ?? one.sealed }))
  let after: string | undefined
  do {
    const found = await listWebhooks(database, { after, limit: batch })
    for (const { id } of found.slice(0, batch)) {
      await database.transaction(async (tx) => {
        const webhook = await lockWebhook(tx, id)
        if (webhook) await saveWebhook(tx, { ...webhook, secrets: anew(webhook.secrets, id) })
      })
    }
    after = found.length > batch ? found[batch - 1]?.id : undefined
  } while (after !== undefined)
}
