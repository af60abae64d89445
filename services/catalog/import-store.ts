import { json, type Queries } from '@rialto/kit/database'
import { decodeCursor } from '@rialto/kit/paging'
import type { Import } from './contract.ts'
import type { Count } from './imported-product.ts'

export type Refusal = Import['refusals'][number]

export interface KeptImport extends Import {
  readonly currency: string
  readonly entriesDone: number
  readonly countsOpen: readonly Count[] | null
}

/** So many reasons are kept; more are counted only. */
export const refusalsLimit = 1_000

export async function insertImport(
  queries: Queries,
  made: Pick<Import, 'id' | 'filename' | 'dryRun' | 'bytes'> & { currency: string },
  at: Date,
): Promise<KeptImport> {
  const { id, filename, currency, dryRun, bytes } = made
  const row = await queries.row<Row>`
    insert into imports (id, filename, currency, dry_run, status, bytes, started_at)
    values (${id}, ${filename}, ${currency}, ${dryRun}, 'running', ${bytes}, ${at}) returning *`
  return importOf(row as Row)
}

export async function findImport(queries: Queries, id: string): Promise<KeptImport | undefined> {
  const row = await queries.row<Row>`select * from imports where id = ${id}`
  return row && importOf(row)
}

export async function listImports(
  queries: Queries,
  after: string | undefined,
  limit: number,
): Promise<KeptImport[]> {
  const [startedAt, id] = after ? decodeCursor(after, ['instant', 'text']) : ['9999-12-31', '']
  const rows = await queries.rows<Row>`
    select * from imports where (started_at, id) < (${startedAt}, ${id}) order by started_at desc, id desc limit ${limit + 1}`
  return rows.map(importOf)
}

/** What a batch adds to an import. */
export interface Progress {
  readonly entries: number
  readonly bytesRead: number
  readonly rows: number
  readonly products: number
  readonly created: number
  readonly changed: number
  readonly variants: number
  readonly refusedProducts: number
  readonly refusals: readonly Refusal[]
  readonly countsOpen: readonly Count[]
}

/**
 * Moves an import on, from the position it was read at. False when another replica was faster: then nothing
 * of the batch may be kept.
 */
export async function advanceImport(
  queries: Queries,
  { id, entriesDone }: KeptImport,
  progress: Progress,
): Promise<boolean> {
  const { entries, bytesRead, rows, products, created, changed, variants } = progress
  const { refusedProducts, refusals, countsOpen } = progress
  const moved = await queries.run`
    update imports set entries_done = entries_done + ${entries}, bytes_read = ${bytesRead}, rows = ${rows},
      products = products + ${products}, created = created + ${created}, changed = changed + ${changed}, variants = variants + ${variants},
      refused_products = refused_products + ${refusedProducts},
      refusals = case when jsonb_array_length(refusals) >= ${refusalsLimit} then refusals else refusals || ${json(refusals)}::jsonb end,
      counts_open = ${countsOpen.length > 0 ? json(countsOpen) : null}
    where id = ${id} and status = 'running' and entries_done = ${entriesDone}`
  return moved === 1
}

export async function confirmCounts(queries: Queries, id: string, entriesDone: number): Promise<void> {
  await queries.run`update imports set counts_open = null where id = ${id} and entries_done = ${entriesDone}`
}

export async function finishImport(queries: Queries, id: string, at: Date, error?: string): Promise<void> {
  await queries.run`
    update imports set status = ${error === undefined ? 'done' : 'failed'}, error = ${error ?? null}, finished_at = ${at},
      bytes_read = case when ${error === undefined} then bytes else bytes_read end
    where id = ${id} and status = 'running'`
}

/** An import as callers see it. */
export function publicImport({
  currency: _,
  entriesDone: __,
  countsOpen: ___,
  ...shown
}: KeptImport): Import {
  return shown
}

type Row = Omit<KeptImport, 'error' | 'finishedAt'> & { error: string | null; finishedAt: string | null }

function importOf({ error, finishedAt, ...row }: Row): KeptImport {
  const refusals = row.refusals.slice(0, refusalsLimit)
  return { ...row, refusals, error: error ?? undefined, finishedAt: finishedAt ?? undefined }
}
