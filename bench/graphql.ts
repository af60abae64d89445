import { catalog } from '@rialto/catalog/contract'
import autocannon from 'autocannon'
import { addressesOf, pageQuery, productQuery } from './product-page.ts'
import { machine, median, print, spread } from './report.ts'
import { startShop } from './shop.ts'
import { makeGoods, signInStaff } from './staff.ts'

// node launch.mjs bench/graphql.ts: a product page with prices and availability over REST, which takes two requests, and
// as one question to the graph, alternated, in one process. What is posted is made anew each time of answers that are kept;
// what is asked for by GET, under its hash, is kept as a whole.

const rounds = 5
const seconds = 4
const connections = 64

const shop = await startShop()
try {
  const [goods] = await makeGoods(await signInStaff(shop.url), 1, 1_000)
  if (!goods) throw new Error('there is nothing to show')
  const { variantId, productId } = goods
  const page = `/api${catalog.getProduct.path.replace(':id', productId)}`
  const rest = [{ path: page }, { path: `/api/availability?variantIds=${variantId}` }]
  const graph = [asked(pageQuery, productId)]
  const hashed = [await askedByHash(pageQuery, productId)]
  const bare = [asked(productQuery, productId)]
  const works = {
    'product page, REST: product and availability, two requests': rest,
    'product page, GraphQL: the same in one request, posted': graph,
    'product page, GraphQL: the same, asked for under its hash': hashed,
    'product alone, REST': [{ path: page }],
    'product alone, GraphQL': bare,
  }
  const figures = Object.keys(works).map(() => [] as number[])
  for (const requests of Object.values(works)) await pagesPerSecond(requests)
  for (let round = 0; round < rounds; round++) {
    for (const [index, requests] of Object.values(works).entries())
      figures[index]?.push(await pagesPerSecond(requests))
  }
  print(`${machine}; ${connections} connections, ${rounds} alternated rounds, pages per second\n`)
  for (const [index, work] of Object.keys(works).entries())
    print(`| ${work} | ${spread(figures[index] ?? [])} |`)
  const ratio = (of: number, to: number) => (median(figures[of] ?? []) / median(figures[to] ?? [])).toFixed(2)
  print(
    `| GraphQL to REST: page posted, page under its hash, product alone | ${ratio(1, 0)}, ${ratio(2, 0)}, ${ratio(4, 3)} |`,
  )
} finally {
  await shop.stop()
}

type Requests = autocannon.Request[]

/** Pages that are whole: each of its requests was answered. */
async function pagesPerSecond(requests: Requests): Promise<number> {
  const result = await autocannon({ url: shop.url, connections, duration: seconds, requests })
  const failed = result.non2xx + result.errors
  if (failed > 0) throw new Error(`${failed} requests failed`)
  return result.requests.average / requests.length
}

/** Sent whole once, so that it is known under its hash. */
async function askedByHash(query: string, id: string): Promise<autocannon.Request> {
  const { whole, byHash } = addressesOf(query, id)
  const answer = await fetch(shop.url + whole)
  if (!answer.ok) throw new Error(`It answers ${answer.status}: ${await answer.text()}`)
  return { path: byHash }
}

function asked(query: string, id: string): autocannon.Request {
  const headers = { 'content-type': 'application/json' }
  return { method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables: { id } }) }
}
