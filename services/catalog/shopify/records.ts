// Bytes to rows, in bounded memory, on csv-parse.

import { type CsvError, parse } from 'csv-parse'
import { type FileForm, formOf, toUtf8 } from './file-form.ts'
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
  const { form, rest } = await sniff(source)
  if ('broken' in form) return yield [{ row: 1, broken: form.broken }]
  const parser = parse({
    bom: true,
    delimiter: form.delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    // 15" is a size and no broken file.
    relax_quotes: true,
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
    for await (const piece of pieces(toUtf8(rest, form.encoding))) {
      await new Promise<void>((done) => parser.write(piece, () => done()))
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

/** Reads as far as the end of the header, by which the form of the file is known. */
async function sniff(
  source: AsyncIterable<Uint8Array | string>,
): Promise<{ form: FileForm | { broken: string }; rest: AsyncIterable<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]()
  let head = Buffer.alloc(0)
  let ended = false
  while (!ended && head.length < pieceBytes && !hasHeader(head)) {
    const { value, done = false } = await chunks.next()
    ended = done
    if (!done) head = Buffer.concat([head, bufferOf(value)])
  }
  async function* rest() {
    yield head
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield bufferOf(next.value)
  }
  return { form: formOf(head), rest: rest() }
}

// A line break anywhere but in the first bytes: a few are needed to tell the encoding.
function hasHeader(head: Buffer): boolean {
  return head.length >= 4 && (head.includes(10, 3) || head.includes(13, 3))
}

function bufferOf(chunk: Uint8Array | string): Buffer {
  return typeof chunk === 'string'
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
}

// One huge buffer must not become one huge batch.
async function* pieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const bytes of source)
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

function reasonFor(error: Error): string {
  const stopped = 'Nothing from this row on was read.'
  const code = 'code' in error ? (error as CsvError).code : undefined
  if (code === 'CSV_QUOTE_NOT_CLOSED')
    return `A quote (") is opened in this row and never closed. Close it. ${stopped}`
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return `This row is longer than 1 MB, mostly because a quote (") is opened and never closed. ${stopped}`
  }
  throw error
}
