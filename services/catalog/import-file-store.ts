import type { Queries } from '@rialto/kit/database'

const partBytes = 1024 * 1024

/** Keeps a file under the import's id, part by part as it comes in, and answers with its size in bytes. */
export async function storeFile(
  queries: Queries,
  importId: string,
  file: AsyncIterable<Uint8Array>,
  at: Date,
): Promise<number> {
  let bytes = 0
  let position = 0
  for await (const part of inParts(file)) {
    await queries.run`
      insert into import_files (import_id, position, bytes, stored_at) values (${importId}, ${position++}, ${part}, ${at})`
    bytes += part.length
  }
  return bytes
}

/** Reads a file part by part; nothing if it was dropped. */
export async function* readFile(queries: Queries, importId: string): AsyncGenerator<Uint8Array> {
  for (let position = 0; ; position++) {
    const part = await queries.row<{ bytes: Buffer }>`
      select bytes from import_files where import_id = ${importId} and position = ${position}`
    if (!part) return
    yield part.bytes
  }
}

/** Drops the file, and what is left of uploads that broke off before the given time. */
export async function dropFile(queries: Queries, importId: string, brokenOffBefore: Date): Promise<void> {
  await queries.run`delete from import_files where import_id = ${importId}`
  await queries.run`
    delete from import_files where stored_at < ${brokenOffBefore}
      and not exists (select from imports where imports.id = import_files.import_id)`
}

async function* inParts(file: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let gathered: Uint8Array[] = []
  let size = 0
  for await (const chunk of file) {
    gathered.push(chunk)
    size += chunk.length
    if (size < partBytes) continue
    yield Buffer.concat(gathered)
    gathered = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(gathered)
}
