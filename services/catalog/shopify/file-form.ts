// What a file is written in: spreadsheets save the same table in several forms, which its first line tells.

export interface FileForm {
  readonly encoding: Encoding
  readonly delimiter: string
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

/** Tells the form of a file by its beginning, which should reach to the end of the first line. */
export function formOf(head: Buffer): FileForm | { broken: string } {
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') {
    return { broken: 'This is a spreadsheet, not a CSV file. Save it as "CSV UTF-8" and import that.' }
  }
  const encoding = encodingOf(head)
  const [header = ''] = new TextDecoder(encoding).decode(head).split(/\r|\n/, 1)
  return { encoding, delimiter: delimiterOf(header) }
}

/** The text as UTF-8, whatever it was. */
export async function* toUtf8(source: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  if (encoding === 'utf-8') return yield* source
  const decoder = new TextDecoder(encoding)
  for await (const bytes of source) yield Buffer.from(decoder.decode(bytes, { stream: true }))
  yield Buffer.from(decoder.decode())
}

// Without a mark, every other byte of Latin letters is zero.
function encodingOf(head: Buffer): Encoding {
  const [first, second] = head
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be'
  return 'utf-8'
}

/** The one of the usual marks that stands most often between the names of the columns. */
function delimiterOf(header: string): string {
  const bare = header.replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: bare.split(mark).length - 1 }))
  return counts.toSorted((a, b) => b.count - a.count)[0]?.mark ?? ','
}
