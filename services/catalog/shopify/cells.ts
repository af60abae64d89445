// Access to the cells of one row at a time, and the list of what is wrong in them.

import { type Column, type Columns, label, unguarded } from './columns.ts'
import { limits, type RowProblem } from './product.ts'
import { BadCell } from './values.ts'

/** Reads cells of the current row by column; what is wrong is noted, and reading goes on. */
export type CellReader = ReturnType<typeof cellReader>

export function cellReader(columns: Columns) {
  const problems: RowProblem[] = []
  const said = new Set<string>()
  let row = 0
  let cells: string[] = []
  const blame = (problem: RowProblem) => {
    if (problems.length < limits.problems) problems.push(problem)
  }
  const refuseAt = (index: number | undefined, column: string, reason: string) =>
    blame({ row, column: columns.header[index ?? -1] || column, reason })
  const textAt = (index: number | undefined) => unguarded((cells[index ?? -1] ?? '').trim())
  const parseAt = <T>(index: number | undefined, column: string, parse: (text: string) => T, blank: T): T => {
    const text = textAt(index)
    if (!text) return blank
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof BadCell)) throw error
      refuseAt(index, column, error.message)
      return blank
    }
  }
  const refuse = (column: Column, reason: string) => blame({ row, column: label(columns, column), reason })
  return {
    columns,
    problems,
    blame,
    refuseAt,
    textAt,
    parseAt,
    refuse,
    turnTo(toRow: number, toCells: string[]) {
      row = toRow
      cells = toCells
    },
    row: () => row,
    cells: () => cells,
    has: (column: Column) => columns.at.has(column),
    text: (column: Column) => textAt(columns.at.get(column)),
    /** As `read`, but undefined where the file does not have the column. */
    told: <T>(column: Column, parse: (text: string) => T, blank: T) => {
      const index = columns.at.get(column)
      return index === undefined ? undefined : parseAt(index, column, parse, blank)
    },
    read: <T>(column: Column, parse: (text: string) => T, blank: T) =>
      parseAt(columns.at.get(column), column, parse, blank),
    refuseOnce(column: Column, reason: string) {
      if (!said.has(reason)) refuse(column, reason)
      said.add(reason)
    },
  }
}

/** What no cell of any column may be. */
export function checkCells(reader: CellReader) {
  const cells = reader.cells()
  const columns = reader.columns.header.length
  if (cells.length > columns && cells.some((text) => text.startsWith('"'))) {
    const column = `Column ${columns + 1}`
    return reader.refuseAt(
      columns,
      column,
      'A quote (") stands inside a field. Put the field in quotes and write the quote twice ("").',
    )
  }
  for (const [index, text] of cells.entries()) {
    if (!text) continue
    const column = `Column ${index + 1}`
    if (index >= columns && text.trim()) {
      return reader.refuseAt(
        index,
        column,
        'The row has more fields than the header. Put quotes around a field that holds a comma.',
      )
    }
    if (text.length * 3 > limits.fieldBytes && Buffer.byteLength(text) > limits.fieldBytes) {
      reader.refuseAt(index, column, 'This text is longer than 512 KB. Shorten it.')
    }
    if (text.includes('\uFFFD')) {
      reader.refuseAt(index, column, 'Letters are broken: the file is not UTF-8. Save it as "CSV UTF-8".')
    }
    if (text.includes('\0'))
      reader.refuseAt(index, column, 'There is an unreadable NUL character. Remove it.')
  }
}
