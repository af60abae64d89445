import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { inventory } from '@rialto/inventory/contract'
import type { Message } from '@rialto/kit/message'
import { digits } from '@rialto/kit/money'
import { schedule } from '@rialto/kit/outbox'
import type { Static } from '@rialto/kit/schema'
import type { Context } from '@rialto/kit/service'
import { sort, withoutTakenSkus, writeBatch } from './import-batch.ts'
import {
  advanceImport,
  type Count,
  confirmCounts,
  findImport,
  finishImport,
  type KeptImport,
} from './import-store.ts'
import { dropImportFile as dropJob, type runImport as runJob } from './jobs.ts'
import type { Own } from './own.ts'
import { type ReadProduct, readShopifyCsv } from './shopify/csv.ts'
import { importFile } from './start-import.ts'

type Running = Message<Static<typeof runJob.schema>>

const batchProducts = 100
/** As many counts as inventory takes at once. */
const batchVariants = 2_000
const keptDays = 7

/**
 * Reads the file batch by batch. Each batch is one transaction with the import's position, so a crash repeats
 * nothing; the counts of its stock are kept with it until inventory has confirmed them.
 */
export async function runImport({ data }: Running, context: Context<Own>): Promise<void> {
  const { database, own, now } = context
  let state = await findImport(database, data.importId)
  if (state?.status !== 'running') return
  if (state.countsOpen) await count(context, state, state.countsOpen)
  const source = counted(importFile(own, state.id))
  const seenSkus = new Map<string, string>()
  let lastRow = state.rows
  let skip = state.entriesDone
  for await (const batch of batches(
    readShopifyCsv(source.bytes, { currencyDigits: digits(state.currency) }),
  )) {
    // Batches are cut the same way every time, so a resumed import skips whole ones.
    if (skip > 0) {
      skip -= batch.length
      continue
    }
    lastRow = Math.max(lastRow, ...batch.map((read) => read.lastRow))
    const moved = await take(context, state, batch, { bytesRead: source.read(), rows: lastRow - 1, seenSkus })
    if (!moved) return
    state = moved
  }
  const error = state.rows === 0 && state.refusals[0] ? state.refusals[0].reason : undefined
  await database.transaction(async (tx) => {
    await finishImport(tx, data.importId, now(), error)
    const at = new Date(now().getTime() + keptDays * 86_400_000)
    schedule(tx, dropJob, data, { id: `drop_${data.importId}`, at })
  })
}

export async function dropImportFile({ data }: Running, { own }: Context<Own>): Promise<void> {
  await rm(importFile(own, data.importId), { force: true })
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
  reading: Reading,
): Promise<KeptImport | undefined> {
  const { database, now, newId } = context
  const { entries, refusals, refused } = sort(batch)
  const seen = state.dryRun ? reading.seenSkus : new Map<string, string>()
  const moved = await database
    .transaction(async (tx) => {
      const { kept, refusals: taken } = await withoutTakenSkus(tx, entries, seen)
      const counts = state.dryRun ? [] : await writeBatch(tx, kept, state.currency, { now: now(), newId })
      const progress = {
        entries: batch.length,
        bytesRead: reading.bytesRead,
        rows: reading.rows,
        products: kept.length,
        variants: kept.reduce((sum, { product }) => sum + product.variants.length, 0),
        refusedProducts: refused + taken.length,
        refusals: [...refusals, ...taken],
        countsOpen: counts,
      }
      if (!(await advanceImport(tx, state, progress))) throw new TakenOver()
      return { counts, state: await findImport(tx, state.id) }
    })
    .catch(unlessTakenOver)
  if (moved?.state && moved.counts.length > 0) await count(context, moved.state, moved.counts)
  return moved?.state
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
function counted(file: string): { bytes: AsyncIterable<Uint8Array>; read: () => number } {
  let read = 0
  async function* bytes() {
    for await (const chunk of createReadStream(file)) {
      read += chunk.length
      yield chunk
    }
  }
  return { bytes: bytes(), read: () => read }
}
