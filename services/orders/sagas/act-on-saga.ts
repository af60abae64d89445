import type { Tx } from '@rialto/kit/database'
import type { Context } from '@rialto/kit/service'
import { sagaActionRefused } from '../contract.ts'
import type { Own } from '../own.ts'
import { resumeCheckout } from '../resume-checkout.ts'
import type { SagaActionName, SagaDetails } from '../saga-schemas.ts'
import { conductSaga } from './conduct-saga.ts'
import { demandSaga, readDetails } from './get-saga.ts'
import { noteAction, noteStepAfter, type SagaActionRow, type SagaRow } from './saga-list-store.ts'
import { allowsOf, stateOf } from './show-saga.ts'

export interface Deed {
  readonly action: SagaActionName
  readonly outcome?: 'approved' | 'declined'
  readonly note?: string
  /** What is asked of a peer, once it is sure that it is allowed. */
  readonly ask?: (row: SagaRow) => Promise<void>
  /** What is changed here, in one transaction with the note of who did it. */
  readonly change?: (tx: Tx, row: SagaRow) => Promise<void>
}

/** Does what a person wants of a saga, if that makes sense now; notes who did it, and takes the saga further at once. */
export async function actOnSaga(
  id: string,
  { action, outcome, note, ask, change }: Deed,
  context: Context<Own>,
): Promise<SagaDetails> {
  const { actor, database, newId, now } = context
  const row = await demandSaga(id, context)
  if (!allowsOf(row).includes(action)) throw refused(row, context)
  const noted: SagaActionRow = {
    id: newId('act'),
    action,
    by: 'id' in actor ? actor.id : actor.kind,
    at: now().toISOString(),
    outcome: outcome ?? null,
    note: note ?? null,
    stepBefore: row.step,
    stepAfter: null,
  }
  await ask?.(row)
  await database.transaction(async (tx) => {
    await change?.(tx, row)
    await noteAction(tx, id, noted)
  })
  await goOn(id, context)
  const { step } = await demandSaga(id, context)
  await noteStepAfter(database, noted.id, step)
  return readDetails(id, context)
}

export function refused(row: SagaRow, { now, own }: Context<Own>, detail?: string) {
  const allows = allowsOf(row)
  const state = stateOf(row, now(), own.stuckAfterMs)
  const possible =
    allows.length > 0 ? `Possible now: ${allows.join(', ')}.` : 'Nothing is left to do about it.'
  const words = detail ?? `It is ${state} at ${row.step}.`
  return sagaActionRefused(`${words} ${possible}`, { state, step: row.step, allows })
}

async function goOn(id: string, context: Context<Own>): Promise<void> {
  if (id.startsWith('chk_')) await resumeCheckout({ data: { checkoutId: id } }, context)
  else await conductSaga({ data: { sagaId: id } }, context)
}
