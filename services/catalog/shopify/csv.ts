// A merchant's product file in Shopify's CSV format, read as a stream: memory holds one product at a time.

import { type Assembly, startProduct } from './assemble.ts'
import { type Columns, label, readHeader, unguarded } from './columns.ts'
import { type ImportedProduct, limits, type RowProblem } from './product.ts'
import { csvRows } from './records.ts'
import { quoted } from './values.ts'

export type { ImportedImage, ImportedProduct, ImportedVariant, RowProblem } from './product.ts'

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
 */
export async function* readShopifyCsv(
  source: AsyncIterable<Uint8Array | string>,
  options: { currencyDigits?: number } = {},
): AsyncGenerator<ReadProduct> {
  const file = new ProductFile(options.currencyDigits ?? 2)
  for await (const batch of csvRows(source)) {
    for (const entry of batch) {
      if ('broken' in entry) yield* file.breakOff(entry.row, entry.broken)
      else if (entry.cells.some((cell) => cell.trim() !== '')) yield* file.take(entry.row, entry.cells)
      if (file.ended) return
    }
  }
  yield* file.close()
}

type Open = { handle: string; assembly: Assembly; firstRow: number; lastRow: number }

class ProductFile {
  ended = false
  #columns: Columns | undefined
  #open: Open | undefined
  #firstRows = new Map<string, number>()
  #currencyDigits: number

  constructor(currencyDigits: number) {
    this.#currencyDigits = currencyDigits
  }

  *take(row: number, cells: string[]): Generator<ReadProduct> {
    const columns = this.#columns
    if (!columns) return yield* this.#takeHeader(row, cells)
    const text = (name: 'Handle' | 'Title') => unguarded((cells[columns.at.get(name) ?? -1] ?? '').trim())
    const handle = text('Handle').toLowerCase()
    // A row without a handle but with a title was meant as a product of its own.
    const continues =
      handle === this.#open?.handle ? handle !== '' || !text('Title') : !handle && !text('Title')
    if (!this.#open || !continues) {
      yield* this.#finish()
      if (this.#firstRows.size >= limits.handles) return yield* this.#tooMany(row)
      this.#open = this.#start(columns, handle, row)
    } else if (handle === '') {
      const reason = 'The handle is missing. Write that of the product.'
      this.#open.assembly.blame({ row, column: label(columns, 'Handle'), reason })
    }
    this.#open.lastRow = row
    this.#open.assembly.add(row, cells)
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
    const blame = (reason: string) => assembly.blame({ row, column: label(columns, 'Handle'), reason })
    if (handle === '') blame('The product has no handle. Write one, such as oak-table.')
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
