import { join } from 'node:path'
import { count } from './ask-database.ts'
import { makeHotGood } from './goods.ts'
import { openClient } from './http-client.ts'
import { installPackages } from './install.ts'
import type { Platform, Room, Running } from './platform.ts'
import { firstAnswer, freePort, launch } from './processes.ts'
import { type Learned, staff } from './storefront.ts'
import { addGood, asAdmin, fillShop } from './vendure-seed.ts'

/** Vendure as `@vendure/create` lays it out and its documentation deploys it: a server and a worker. */
export function vendure(room: Room): Platform {
  return {
    name: 'vendure',
    version: '3.7.3',
    install: () => installPackages(join(import.meta.dirname, 'vendure'), room.folder, room.log),
    start: () => start(room),
    seed: () => seed(room),
    addHotItem: async ({ url }, { more }, tag) => {
      const client = openClient(url, 2)
      try {
        const [variant = ''] = await addGood(
          await asAdmin(client),
          more,
          more.facetValue ?? '',
          makeHotGood(tag),
        )
        return variant
      } finally {
        await client.close()
      }
    },
    countOrders: async () =>
      count(
        await room.postgres.ensureDatabase('vendure'),
        `select count(*) from "order" where "orderPlacedAt" is not null`,
      ),
  }
}

async function start({ folder, postgres, log }: Room, more: Record<string, string> = {}): Promise<Running> {
  const port = await freePort()
  const database = new URL(await postgres.ensureDatabase('vendure'))
  const common = {
    NODE_ENV: 'production',
    PORT: String(port),
    DB_HOST: decodeURIComponent(database.hostname),
    DB_PORT: database.port || '5432',
    DB_NAME: database.pathname.slice(1),
    DB_USERNAME: database.username,
    DB_PASSWORD: database.password,
    SUPERADMIN_USERNAME: staff.email,
    SUPERADMIN_PASSWORD: staff.password,
    COOKIE_SECRET: 'the-secret-of-a-shop-that-is-measured-only',
    VENDURE_DISABLE_TELEMETRY: 'true',
    ...more,
  }
  const open = (name: string, file: string, pool: number) =>
    launch({ name, args: [file], cwd: folder, log, env: { ...common, DB_POOL: String(pool) } })
  const server = open("Vendure's server", 'index.js', 100)
  const url = `http://127.0.0.1:${port}`
  const coldStartSeconds = await firstAnswer(server, `${url}/health`)
  const worker = open("Vendure's worker", 'index-worker.js', 10)
  return {
    url,
    coldStartSeconds,
    roots: { server: server.pid, worker: worker.pid },
    check: () => [server, worker].forEach((program) => void program.check()),
    stop: async () => void (await Promise.all([server.stop(), worker.stop()])),
  }
}

async function seed(room: Room): Promise<Learned> {
  room.tell('tables')
  await (await start(room, { DB_SYNC: 'true' })).stop()
  const running = await start(room)
  const client = openClient(running.url, 8)
  try {
    room.tell('catalog')
    return await fillShop(client, room.size, await room.postgres.ensureDatabase('vendure'))
  } finally {
    await client.close()
    await running.stop()
  }
}
