import pg from 'pg'

const attempts = 10

/** Asks a database directly; again, when a platform's own work stands in the way. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await client.query<Row>(text, [...values])).rows
      } catch (error) {
        if (!isDeadlock(error) || attempt === attempts) throw error
      }
    }
  } finally {
    await client.end()
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '40P01'
}

export async function count(url: string, text: string): Promise<number> {
  const [row] = await query<{ count: string }>(url, text)
  return Number(row?.count ?? Number.NaN)
}
