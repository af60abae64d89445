import { hotAttempts, randomOf } from './goods.ts'
import { type HttpClient, openClient } from './http-client.ts'
import { medusaStorefront } from './medusa-storefront.ts'
import { rialtoStorefront } from './rialto-storefront.ts'
import { type Sample, sampleOf, type Visit } from './sample.ts'
import { type Learned, type Page, type Reading, readings, type Storefront } from './storefront.ts'
import { vendureStorefront } from './vendure-storefront.ts'

/** What the process that makes the load is told; it answers each with what came of it. */
export type Order =
  | { readonly kind: 'open'; readonly platform: string; readonly url: string; readonly learned: Learned }
  | {
      readonly kind: 'run' | 'warm'
      readonly work: string
      readonly shoppers: number
      readonly seconds: number
    }
  | { readonly kind: 'hot'; readonly variant: string; readonly shoppers: number }

export type Report = { readonly sample?: Sample; readonly failed?: string }

const storefronts: Record<string, (client: HttpClient, learned: Learned) => Storefront> = {
  rialto: rialtoStorefront,
  medusa: medusaStorefront,
  vendure: vendureStorefront,
  bare: () => ({
    pages: async () => [[{ method: 'GET', path: '/' }]],
    addToCart: async () => undefined,
    checkout: async () => '',
  }),
}

const connections = 64
const mostPages = 300
/** Whoever was refused waits a moment, so that refusals are not what is measured. */
const pauseAfterRefusalMs = 50

let client: HttpClient | undefined
let storefront: Storefront | undefined
let learned: Learned | undefined
let kept = new Map<Reading, Promise<readonly Page[]>>()
const random = randomOf(process.pid)

process.on('message', (order: Order) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: Error) => process.send?.({ failed: error.message }),
  )
})
process.once('disconnect', () => process.exit())
// It waits for the next order, although the launcher lets programs end that have nothing left to do.
process.channel?.ref()

async function obey(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'open':
      await client?.close()
      client = openClient(order.url, connections)
      learned = order.learned
      storefront = storefronts[order.platform]?.(client, order.learned)
      kept = new Map()
      return {}
    case 'warm':
      await lookOnce(order.work)
      return { sample: await visitFor(await visitOf(order.work), order) }
    case 'run':
      return { sample: await visitFor(await visitOf(order.work), order) }
    case 'hot':
      return {
        sample: await visitTimes(
          buying(() => order.variant),
          order.shoppers,
        ),
      }
  }
}

/** One operation of the kind: what a shopper does, again and again. */
async function visitOf(work: string): Promise<Visit> {
  if (!storefront || !client || !learned) throw new Error('Nothing is open')
  const { variants } = learned
  const front = storefront
  const anyVariant = () => variants[Math.floor(random() * variants.length)] ?? ''
  if (work === 'add') return () => front.addToCart(anyVariant())
  if (work.startsWith('checkout')) return buying(anyVariant)
  if (!readings.includes(work as Reading)) throw new Error(`There is no work ${work}`)
  const pages = await pagesOf(work as Reading)
  const look = client.look
  return async () => {
    for (const request of pages[Math.floor(random() * pages.length)] ?? []) await look(request)
  }
}

/** Pages are made once for each platform's turn; products are a part of them all, or the first look would last for minutes. */
async function pagesOf(reading: Reading): Promise<readonly Page[]> {
  const making = kept.get(reading) ?? storefront?.pages(reading)
  if (!making) throw new Error('Nothing is open')
  kept.set(reading, making)
  return (await making).slice(0, mostPages)
}

/** Whatever can be kept is kept before anything counts. */
async function lookOnce(work: string): Promise<void> {
  if (!readings.includes(work as Reading)) return
  const left = [...(await pagesOf(work as Reading))]
  const lookOn = async () => {
    for (let page = left.pop(); page; page = left.pop()) {
      for (const request of page) await client?.look(request)
    }
  }
  await Promise.all(Array.from({ length: 8 }, lookOn))
}

function buying(variant: () => string): Visit {
  const front = storefront
  if (!front) throw new Error('Nothing is open')
  return () => front.checkout(variant(), `guest-${Math.floor(random() * 1e9)}@shop.example`)
}

/** So many shoppers at once until the time is up; what is begun is ended and counts. */
async function visitFor(
  visit: Visit,
  { shoppers, seconds }: { shoppers: number; seconds: number },
): Promise<Sample> {
  const ends = performance.now() + seconds * 1_000
  return measured(visit, shoppers, () => performance.now() < ends)
}

async function visitTimes(visit: Visit, shoppers: number): Promise<Sample> {
  let begun = 0
  return measured(visit, shoppers, () => begun++ < hotAttempts)
}

async function measured(visit: Visit, shoppers: number, goesOn: () => boolean): Promise<Sample> {
  const failures: Record<string, number> = {}
  const cpu = process.cpuUsage()
  const began = performance.now()
  const shop = async () => {
    const timesMs: number[] = []
    let last = performance.now()
    while (goesOn()) {
      const start = performance.now()
      try {
        await visit()
        last = performance.now()
        timesMs.push(last - start)
      } catch (error) {
        const why = (error as Error).message
        failures[why] = (failures[why] ?? 0) + 1
        await new Promise((resolve) => setTimeout(resolve, pauseAfterRefusalMs))
      }
    }
    return { timesMs, seconds: (last - began) / 1_000 }
  }
  const shoppersTimes = await Promise.all(Array.from({ length: shoppers }, shop))
  const used = process.cpuUsage(cpu)
  return sampleOf(shoppersTimes, {
    failures,
    seconds: (performance.now() - began) / 1_000,
    loadCpuSeconds: (used.user + used.system) / 1e6,
  })
}
