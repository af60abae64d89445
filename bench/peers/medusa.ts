import { join } from 'node:path'
import { count } from './ask-database.ts'
import { makeHotGood } from './goods.ts'
import { openClient } from './http-client.ts'
import { installPackages } from './install.ts'
import { addGoods, asAdmin, fillShop } from './medusa-seed.ts'
import type { Platform, Room, Running } from './platform.ts'
import { firstAnswer, freePort, launch, run } from './processes.ts'
import { openRedis } from './redis.ts'
import { buyer, customer, type Learned, staff } from './storefront.ts'

const command = 'node_modules/@medusajs/cli/cli.js'

/** Medusa as its documentation deploys it: a server and a worker, with Redis for all that it can use it for. */
export function medusa(room: Room): Platform {
  return {
    name: 'medusa',
    version: '2.21.2',
    install: () => installPackages(join(import.meta.dirname, 'medusa'), room.folder, room.log),
    start: () => start(room),
    seed: () => seed(room),
    addHotItem: async ({ url }, { more }, tag) => {
      const client = openClient(url, 2)
      try {
        const { variants } = await addGoods(await asAdmin(client), more, [makeHotGood(tag)])
        return variants[0] ?? ''
      } finally {
        await client.close()
      }
    },
    countOrders: async () =>
      count(await room.postgres.ensureDatabase('medusa'), 'select count(*) from "order"'),
  }
}

async function environmentOf({ postgres }: Room, redisUrl: string): Promise<Record<string, string>> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: await postgres.ensureDatabase('medusa'),
    REDIS_URL: redisUrl,
    JWT_SECRET: 'the-secret-of-a-shop-that-is-measured-only',
    COOKIE_SECRET: 'the-secret-of-a-shop-that-is-measured-only',
    MEDUSA_DISABLE_TELEMETRY: 'true',
    LOG_LEVEL: 'error',
    DB_POOL: '10',
  }
}

async function start(room: Room): Promise<Running> {
  const { folder, log } = room
  const redis = await openRedis(folder, log)
  try {
    const [port, workerPort] = [await freePort(), await freePort()]
    const common = await environmentOf(room, redis.url)
    const open = (mode: string, at: number) =>
      launch({
        name: `Medusa's ${mode}`,
        args: [command, 'start', '--port', String(at)],
        cwd: folder,
        log,
        env: {
          ...common,
          MEDUSA_WORKER_MODE: mode,
          PORT: String(at),
          DB_POOL: mode === 'server' ? '100' : '10',
        },
      })
    const server = open('server', port)
    const url = `http://127.0.0.1:${port}`
    const coldStartSeconds = await firstAnswer(server, `${url}/health`)
    const worker = open('worker', workerPort)
    await firstAnswer(worker, `http://127.0.0.1:${workerPort}/health`)
    return {
      url,
      coldStartSeconds,
      roots: { server: server.pid, worker: worker.pid, redis: redis.pid },
      check: () => [server, worker, redis].forEach((program) => void program.check()),
      stop: async () => {
        await Promise.all([server.stop(), worker.stop()])
        await redis.stop()
      },
    }
  } catch (error) {
    await redis.stop()
    throw error
  }
}

async function seed(room: Room): Promise<Learned> {
  const { folder, log, tell } = room
  const redis = await openRedis(folder, log)
  const env = await environmentOf(room, redis.url)
  try {
    const medusa = (name: string, args: readonly string[], more = {}) =>
      run({
        name: `medusa ${name}`,
        args: [command, name, ...args],
        cwd: folder,
        log,
        env: { ...env, ...more },
      })
    tell('tables')
    await medusa('db:migrate', ['--execute-all-links'])
    await medusa('user', ['-e', staff.email, '-p', staff.password])
    tell('catalog')
    const learned = await withShop(room, (client) => fillShop(client, room.size))
    tell(`${learned.historyOrders} orders of one customer`)
    await medusa('exec', ['./add-orders.js'], { ORDERS: JSON.stringify(historyOf(learned)) })
    return learned
  } finally {
    await redis.stop()
  }
}

async function withShop<Result>(
  room: Room,
  work: (client: ReturnType<typeof openClient>) => Promise<Result>,
) {
  const running = await start(room)
  const client = openClient(running.url, 4)
  try {
    return await work(client)
  } finally {
    await client.close()
    await running.stop()
  }
}

function historyOf({ historyOrders, more, variants }: Learned) {
  const { firstName, lastName, street, city, postalCode, country } = buyer
  return {
    count: historyOrders,
    email: customer.email,
    ...more,
    variants: variants.slice(0, 100),
    address: {
      first_name: firstName,
      last_name: lastName,
      address_1: street,
      city,
      postal_code: postalCode,
      country_code: country.toLowerCase(),
    },
  }
}
