import type { TransactionContext } from '@rialto/kit/service'

/** Who did what to which webhook. Where it leads stands in no log: an address may hold a token. */
export function note(
  { log, actor, tx }: Pick<TransactionContext, 'log' | 'actor' | 'tx'>,
  id: string,
  what: string,
): void {
  const by = 'id' in actor ? actor.id : actor.kind
  tx.afterCommit(() => log.info({ actor: by, webhook: id }, what))
}
