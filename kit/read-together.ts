import { groupCommit } from './group-commit.ts'

/**
 * Reads rows by their ids; callers who come at the same time share one statement. Each gets the rows it asked for,
 * in the order of its ids; those that are not there are left out. Rows are shared: nobody may change them.
 */
export function readTogether<Row>(
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (ids: readonly string[]) => Promise<Row[]> {
  const together = groupCommit<readonly string[], Row[]>(async (asked) => {
    const rows = new Map((await read([...new Set(asked.flat())])).map((row) => [idOf(row), row]))
    return asked.map((ids) =>
      ids.flatMap((id) => {
        const row = rows.get(id)
        return row === undefined ? [] : [row]
      }),
    )
  })
  return async (ids) => (ids.length === 0 ? [] : together(ids))
}
