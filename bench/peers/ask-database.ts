import pg from 'pg'

/** Asks a database directly, to count what the platform says it has done. */
export async function query<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

export async function count(url: string, text: string): Promise<number> {
  const [row] = await query<{ count: string }>(url, text)
  return Number(row?.count ?? Number.NaN)
}
