import { inventory } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import { digits } from '@rialto/kit/money'
import { schedule } from '@rialto/kit/outbox'
import { Problem } from '@rialto/kit/problem'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { type Plan, planBatch, writePlan } from './import-batch.ts'
import { dropFile, readFile } from './import-file-store.ts'
import { advanceImport, confirmCounts, findImport, finishImport, type KeptImport } from './import-store.ts'
import type { Count } from './imported-product.ts'
import { dropImportFile as dropJob, runImport as runJob } from './jobs.ts'
import type { Own } from './own.ts'
import { findScattered, type ReadProduct, readShopifyCsv } from './shopify/csv.ts'

type Running = Message<Static<typeof runJob.schema>>

const batchProducts = 100
/** As many counts as inventory takes at once. */
const batchVariants = 2_000
/** A job has a deadline. A long file is read in several jobs, each of which goes on where the last stood. */
const sliceMs = 25_000
const attemptsLimit = 10
const keptDays = 7

/**
 * Reads the file batch by batch. Each batch is one transaction with the import's position, so a crash repeats
 * nothing; the counts of its stock are kept with it until inventory has confirmed them.
 */
export async function runImport({ data, attempt }: Running, context: Context<Own>): Promise<void> {
  try {
    await readOn(data.importId, context)
  } catch (error) {
    if (attempt >= attemptsLimit) await finish(context, data.importId, stoppedBy(error))
    throw error
  }
}

export async function dropImportFile({ data }: Running, { database, now }: Context<Own>): Promise<void> {
  await dropFile(database, data.importId, new Date(now().getTime() - 86_400_000))
}

async function readOn(importId: string, context: Context<Own>): Promise<void> {
  const { database, now } = context
  const beganAt = now().getTime()
  let state = await findImport(database, importId)
  if (state?.status !== 'running') return
  const stoodAt = state.entriesDone
  if (state.countsOpen) await count(context, state, state.countsOpen)
  const source = counted(readFile(database, importId))
  const scattered = await findScattered(readFile(database, importId))
  const reading = { currencyDigits: digits(state.currency), scattered }
  const seenSkus = new Map<string, string>()
  let lastRow = state.rows
  let skip = state.entriesDone
  for await (const batch of batches(readShopifyCsv(source.bytes, reading))) {
    // Batches are cut the same way every time, so a resumed import skips whole ones.
    if (skip > 0) {
      skip -= batch.length
      rememberSkus(batch, seenSkus)
      continue
    }
    // Not before it has come further: the next job is named by how far this one came.
    if (state.entriesDone > stoodAt && now().getTime() - beganAt > sliceMs) return goOn(context, state)
    lastRow = Math.max(lastRow, ...batch.map((read) => read.lastRow))
    const moved = await take(context, state, batch, { bytesRead: source.read(), rows: lastRow - 1, seenSkus })
    if (!moved) return
    state = moved
  }
  await finish(context, importId, state.rows === 0 ? state.refusals[0]?.reason : undefined)
}

/** A dry run writes nothing from which the SKUs of earlier products could be read back. */
function rememberSkus(batch: readonly ReadProduct[], seen: Map<string, string>): void {
  for (const read of batch) {
    const { handle, variants } = 'product' in read ? read.product : { handle: '', variants: [] }
    for (const { sku } of variants) if (sku && !seen.has(sku)) seen.set(sku, handle)
  }
}

/** Ends this job and begins another one, which has its time before it again. */
async function goOn({ database }: Context<Own>, { id, entriesDone }: KeptImport): Promise<void> {
  await database.transaction(async (tx) => {
    schedule(tx, runJob, { importId: id }, { id: `job_${id}_${entriesDone}` })
  })
}

async function finish({ database, now }: Context<Own>, importId: string, error?: string): Promise<void> {
  await database.transaction(async (tx) => {
    await finishImport(tx, importId, now(), error)
    const at = new Date(now().getTime() + keptDays * 86_400_000)
    schedule(tx, dropJob, { importId }, { id: `drop_${importId}`, at })
  })
}

function stoppedBy(error: unknown): string {
  const reason = error instanceof Problem ? error.message : 'A fault of ours, which was recorded.'
  return `${reason} What came before is in the shop. Import the file again to go on.`
}

interface Reading {
  readonly bytesRead: number
  readonly rows: number
  readonly seenSkus: Map<string, string>
}

/** Works on one batch; undefined when another replica has taken the import over. */
async function take(
  context: Context<Own>,
  state: KeptImport,
  batch: readonly ReadProduct[],
  { seenSkus, ...position }: Reading,
): Promise<KeptImport | undefined> {
  const { database, now, newId } = context
  const { currency, dryRun } = state
  const moved = await database
    .transaction(async (tx) => {
      const plan = await planBatch(tx, batch, { currency, dryRun, seenSkus }, { now: now(), newId })
      if (!dryRun) await writePlan(tx, plan)
      const counts = dryRun ? [] : plan.merged.flatMap((merged) => merged.counts)
      const progress = { ...position, ...sumsOf(plan), entries: batch.length, countsOpen: counts }
      if (!(await advanceImport(tx, state, progress))) throw new TakenOver()
      return findImport(tx, state.id)
    })
    .catch(unlessTakenOver)
  // As they are kept, so that a repeat after a crash asks for the very same.
  if (moved?.countsOpen) await count(context, moved, moved.countsOpen)
  return moved
}

function sumsOf({ merged, refusals, refused }: Plan) {
  return {
    products: merged.length,
    created: merged.filter(({ change }) => change === 'created').length,
    changed: merged.filter(({ change }) => change === 'changed').length,
    variants: merged.reduce((sum, { product }) => sum + product.variants.length, 0),
    refusedProducts: refused,
    refusals,
  }
}

class TakenOver extends Error {}

function unlessTakenOver(error: unknown): undefined {
  if (!(error instanceof TakenOver)) throw error
}

async function count(
  { call, database }: Context<Own>,
  { id, entriesDone, filename }: KeptImport,
  counts: readonly Count[],
): Promise<void> {
  const reason = `Import of ${filename}`.slice(0, 200)
  await call(
    inventory.countStock,
    { counts: [...counts], reason },
    { idempotencyKey: `${id}-${entriesDone}`, timeoutMs: 30_000 },
  )
  await confirmCounts(database, id, entriesDone)
}

async function* batches(products: AsyncIterable<ReadProduct>): AsyncGenerator<ReadProduct[]> {
  let batch: ReadProduct[] = []
  let variants = 0
  for await (const read of products) {
    const more = 'product' in read ? read.product.variants.length : 0
    if (batch.length >= batchProducts || variants + more > batchVariants) {
      yield batch
      batch = []
      variants = 0
    }
    batch.push(read)
    variants += more
  }
  if (batch.length > 0) yield batch
}

/** The file as a stream that tells how much of it was read. */
function counted(file: AsyncIterable<Uint8Array>): { bytes: AsyncIterable<Uint8Array>; read: () => number } {
  let read = 0
  async function* bytes() {
    for await (const chunk of file) {
      read += chunk.length
      yield chunk
    }
  }
  return { bytes: bytes(), read: () => read }
}
