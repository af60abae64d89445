// A merchant's product file in Shopify's CSV format, read as a stream: memory holds one product at a time.

import { type Assembly, startProduct } from './assemble.ts'
import { type Columns, label, readHeader, unguarded } from './columns.ts'
import { type ImportedProduct, limits, type RowProblem } from './product.ts'
import { csvRows } from './records.ts'
import { quoted } from './values.ts'

export type { ImportedImage, ImportedProduct, ImportedVariant, RowProblem } from './product.ts'

/** The rows at which each handle begins anew, of handles whose rows do not stand together. */
export type Scattered = ReadonlyMap<string, readonly number[]>

/** One product of the file, whole or refused with every reason found. Rows count from the header, row 1. */
export type ReadProduct =
  | { product: ImportedProduct; firstRow: number; lastRow: number }
  | { refused: RowProblem[]; handle: string; firstRow: number; lastRow: number }

/**
 * Reads products in the order of the file. A bad row refuses its whole product and reading goes on; only a
 * file that cannot be read further (no header, another encoding, an open quote) ends with a refusal whose
 * handle may be empty. An error of the source itself is thrown.
 *
 * @param options.currencyDigits decimals of the file's currency: 2 for EUR, 0 for JPY, 3 for KWD
 * @param options.scattered as `findScattered` found it: such products are refused as a whole. Without it only
 * their later rows are, since a stream does not tell what is to come.
 */
export async function* readShopifyCsv(
  source: AsyncIterable<Uint8Array | string>,
  options: { currencyDigits?: number; scattered?: Scattered } = {},
): AsyncGenerator<ReadProduct> {
  const file = new ProductFile(options.currencyDigits ?? 2, options.scattered ?? new Map())
  for await (const batch of csvRows(source)) {
    for (const entry of batch) {
      if ('broken' in entry) yield* file.breakOff(entry.row, entry.broken)
      else if (entry.cells.some((cell) => cell.trim() !== '')) yield* file.take(entry.row, entry.cells)
      if (file.ended) return
    }
  }
  yield* file.close()
}

/** Reads a whole file for handles that come again after another one. */
export async function findScattered(source: AsyncIterable<Uint8Array | string>): Promise<Scattered> {
  const begins = new Map<string, number[]>()
  let at: number | undefined
  let last = ''
  for await (const batch of csvRows(source)) {
    for (const entry of batch) {
      if ('broken' in entry) continue
      if (at === undefined) at = handleColumn(entry.cells)
      else {
        const handle = handleIn(entry.cells, at)
        if (handle !== '' && handle !== last) begins.set(handle, [...(begins.get(handle) ?? []), entry.row])
        last = handle || last
      }
    }
    if (begins.size > limits.handles) break
  }
  return new Map([...begins].filter(([, rows]) => rows.length > 1))
}

type Open = { handle: string; assembly: Assembly; firstRow: number; lastRow: number }

class ProductFile {
  ended = false
  #columns: Columns | undefined
  #open: Open | undefined
  #firstRows = new Map<string, number>()
  #currencyDigits: number
  #scattered: Scattered

  constructor(currencyDigits: number, scattered: Scattered) {
    this.#currencyDigits = currencyDigits
    this.#scattered = scattered
  }

  *take(row: number, cells: string[]): Generator<ReadProduct> {
    const columns = this.#columns
    if (!columns) return yield* this.#takeHeader(row, cells)
    const handle = handleIn(cells, columns.at.get('Handle') ?? -1)
    const titled = (cells[columns.at.get('Title') ?? -1] ?? '').trim() !== ''
    // A row without a handle but with a title was meant as a product of its own.
    const continues = handle === this.#open?.handle ? handle !== '' || !titled : !handle && !titled
    if (!this.#open || !continues) {
      yield* this.#finish()
      if (this.#firstRows.size >= limits.handles) return yield* this.#tooMany(row)
      this.#open = this.#start(columns, handle, row)
    } else if (handle === '') {
      const reason = 'The handle is missing. Write that of the product.'
      this.#open.assembly.blame({ row, column: label(columns, 'Handle'), reason })
    }
    this.#open.lastRow = row
    // One reason is enough for a product whose rows are torn apart.
    if (!this.#scattered.has(handle)) this.#open.assembly.add(row, cells)
  }

  // The unreadable row may belong to the product before it, which therefore must not come in half.
  *breakOff(row: number, reason: string): Generator<ReadProduct> {
    if (!this.#open) return yield* this.#refuseFile({ row, column: '', reason })
    this.#open.assembly.blame({ row, column: '', reason })
    this.#open.lastRow = row
    yield* this.#finish()
    this.ended = true
  }

  *close(): Generator<ReadProduct> {
    const reason = 'The file is empty. Export the products again.'
    if (!this.#columns) return yield* this.#refuseFile({ row: 1, column: '', reason })
    yield* this.#finish()
  }

  *#takeHeader(row: number, cells: string[]): Generator<ReadProduct> {
    const header = readHeader(cells)
    if ('at' in header) this.#columns = header
    else yield* this.#refuseFile({ row, ...header })
  }

  #start(columns: Columns, handle: string, row: number): Open {
    const assembly = startProduct(columns, this.#currencyDigits)
    const earlier = this.#firstRows.get(handle)
    const rows = this.#scattered.get(handle)
    const blame = (reason: string) => assembly.blame({ row, column: label(columns, 'Handle'), reason })
    if (handle === '') blame('The product has no handle. Write one, such as oak-table.')
    else if (rows) blame(`The rows of ${quoted(handle)} stand apart, in ${listed(rows)}. Put them together.`)
    else if (earlier === undefined) this.#firstRows.set(handle, row)
    else blame(`${quoted(handle)} was in row ${earlier} already. Put all rows of a product together.`)
    return { handle, assembly, firstRow: row, lastRow: row }
  }

  *#finish(): Generator<ReadProduct> {
    if (!this.#open) return
    const { handle, assembly, firstRow, lastRow } = this.#open
    this.#open = undefined
    const product = assembly.finish()
    yield product ? { product, firstRow, lastRow } : { refused: assembly.problems, handle, firstRow, lastRow }
  }

  *#tooMany(row: number): Generator<ReadProduct> {
    const reason = `A file can have ${limits.handles} products. Put the rest into another file.`
    yield* this.#refuseFile({ row, column: 'Handle', reason })
  }

  *#refuseFile(problem: RowProblem): Generator<ReadProduct> {
    this.ended = true
    yield { refused: [problem], handle: '', firstRow: problem.row, lastRow: problem.row }
  }
}

function listed(rows: readonly number[]): string {
  const shown = rows.slice(0, 5).join(', ')
  return `rows ${shown}${rows.length > 5 ? ' and more' : ''}`
}

function handleColumn(header: string[]): number {
  const columns = readHeader(header)
  return 'at' in columns ? (columns.at.get('Handle') ?? -1) : -1
}

function handleIn(cells: string[], at: number): string {
  return unguarded((cells[at] ?? '').trim())
    .normalize('NFC')
    .toLowerCase()
}
