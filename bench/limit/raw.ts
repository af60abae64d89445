import pg from 'pg'
import type { Urls } from '../../e2e/checker.ts'
import type { Statement } from '../../e2e/costs/statements.ts'

const times = 100

/** Sends the statements again and again, prepared, one after the other, each round undone, so that it can be repeated. */
export async function rawMs(urls: Urls, statements: readonly Statement[]): Promise<number> {
  let ms = 0
  for (const url of Object.values(urls)) {
    const database = new URL(url).pathname.slice(1)
    const own = statements.filter((one) => one.database === database && isWork(one.text))
    if (own.length > 0) ms += await roundMs(url, own)
  }
  return ms
}

async function roundMs(url: string, statements: readonly Statement[]): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    // One that cannot be repeated, as its row is there by now, ends the transaction; the others go on in a new one.
    const again = async () => {
      await client.query('rollback')
      await client.query('begin')
    }
    const round = async () => {
      await client.query('begin')
      for (const [index, { text, values }] of statements.entries())
        await client.query({ name: `s${index}`, text, values: [...values], rowMode: 'array' }).catch(again)
      await client.query('rollback')
    }
    for (let count = 0; count < times / 5; count++) await round()
    const began = performance.now()
    for (let count = 0; count < times; count++) await round()
    return (performance.now() - began) / times
  } finally {
    await client.end()
  }
}

function isWork(text: string): boolean {
  return /^\s*(select|with|insert|update|delete)\b/i.test(text)
}
