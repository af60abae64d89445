const { defineConfig } = require('@medusajs/framework/utils')

// As docs.medusajs.com says for deployment: Redis for sessions, events, workflows, locks and the cache; the
// server and the worker are processes of their own. The cache is off by default: it is on here, as it is faster by far.
const redisUrl = process.env.REDIS_URL

module.exports = defineConfig({
  featureFlags: { caching: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    // With its default of 10, requests at once can wait for each other's second connection until they fail.
    databaseDriverOptions: { ssl: false, sslmode: 'disable', pool: { max: Number(process.env.DB_POOL) } },
    redisUrl,
    workerMode: process.env.MEDUSA_WORKER_MODE,
    http: {
      storeCors: 'http://localhost:8000',
      adminCors: 'http://localhost:9000',
      authCors: 'http://localhost:9000',
      jwtSecret: process.env.JWT_SECRET,
      cookieSecret: process.env.COOKIE_SECRET,
    },
  },
  admin: { disable: true },
  modules: [
    moduleOf('caching', [{ resolve: '@medusajs/caching-redis', id: 'caching-redis' }]),
    { resolve: '@medusajs/medusa/event-bus-redis', options: { redisUrl } },
    { resolve: '@medusajs/medusa/workflow-engine-redis', options: { redis: { redisUrl } } },
    moduleOf('locking', [{ resolve: '@medusajs/locking-redis', id: 'locking-redis' }]),
  ],
})

function moduleOf(name, providers) {
  const withRedis = providers.map((provider) => ({ ...provider, is_default: true, options: { redisUrl } }))
  return { resolve: `@medusajs/medusa/${name}`, options: { providers: withRedis } }
}
