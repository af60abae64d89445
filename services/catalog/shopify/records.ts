// Bytes to rows, in bounded memory, on csv-parse.

import { type CsvError, parse } from 'csv-parse'
import { limits } from './product.ts'

/** One row of the file, or the reason why nothing from this row on can be read. */
export type CsvRow = { row: number; cells: string[] } | { row: number; broken: string }

const pieceBytes = 64 * 1024

/**
 * Yields the rows of a file in batches of one piece each. The parser runs without its own output buffer:
 * an error would throw away the good rows still waiting in it, and which ones would depend on timing.
 */
export async function* csvRows(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<CsvRow[]> {
  let row = 0
  let batch: CsvRow[] = []
  let failure: Error | undefined
  const parser = parse({
    bom: true,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: limits.recordBytes,
    on_record: (cells: string[]) => {
      batch.push({ row: ++row, cells })
      return null
    },
  })
  parser.on('error', (error) => {
    failure = error
  })
  parser.resume()
  try {
    for await (const piece of pieces(source)) {
      if ('foreign' in piece) return yield [{ row: 1, broken: piece.foreign }]
      await new Promise<void>((done) => parser.write(piece.bytes, () => done()))
      const ready = batch
      batch = []
      yield ready
      if (failure) break
    }
    if (!failure) await new Promise<void>((done) => parser.end(() => done()))
    if (failure) batch.push({ row: row + 1, broken: reasonFor(failure) })
    yield batch
  } finally {
    parser.destroy()
  }
}

type Piece = { bytes: Uint8Array } | { foreign: string }

// One huge buffer must not become one huge batch, and the first bytes tell what kind of file this is.
async function* pieces(source: AsyncIterable<Uint8Array | string>): AsyncGenerator<Piece> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of source) {
    let bytes =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    if (head) {
      bytes = head = Buffer.concat([head, bytes])
      if (head.length < 4) continue
      const foreign = foreignKind(head)
      if (foreign) return yield { foreign }
      head = undefined
    }
    for (let at = 0; at < bytes.length; at += pieceBytes) yield { bytes: bytes.subarray(at, at + pieceBytes) }
  }
  if (!head) return
  const foreign = foreignKind(head)
  yield foreign ? { foreign } : { bytes: head }
}

function foreignKind(head: Buffer): string | undefined {
  const start = head.toString('latin1', 0, 4)
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff') || start.includes('\0')) {
    return 'The file is in UTF-16. Save it as "CSV UTF-8" and import that.'
  }
  if (start === 'PK\x03\x04')
    return 'This is a spreadsheet, not a CSV file. Save it as "CSV UTF-8" and import that.'
  return undefined
}

function reasonFor(error: Error): string {
  const stopped = 'Nothing from this row on was read.'
  const code = 'code' in error ? (error as CsvError).code : undefined
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `A quote (") is opened in this row and never closed. Close it. ${stopped}`
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === 'INVALID_OPENING_QUOTE') {
    return `A quote (") stands inside a field. Put the field in quotes and write the quote twice (""). ${stopped}`
  }
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return `This row is longer than 1 MB, mostly because a quote (") is opened and never closed. ${stopped}`
  }
  throw error
}
