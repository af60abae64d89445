import fastify, { type FastifyInstance } from 'fastify'

const place = '/graphql/explorer/'

/** Serves a page to ask the graph from, at `/graphql/explorer/`. Its program is loaded when somebody opens it. */
export function addExplorer(app: FastifyInstance): void {
  let opened: Promise<FastifyInstance> | undefined
  app.get('/graphql/explorer', (_, reply) => reply.redirect(place))
  for (const url of [place, `${place}*`]) {
    app.get(url, async (request, reply) => {
      opened ??= openExplorer().catch((error) => {
        opened = undefined
        throw error
      })
      const page = await (await opened).inject(request.url)
      return reply.code(page.statusCode).headers(page.headers).send(page.rawPayload)
    })
  }
  app.addHook('onClose', async () => (await opened)?.close())
}

async function openExplorer(): Promise<FastifyInstance> {
  const [{ getDistDirectory, renderAltair }, { default: files }] = await Promise.all([
    import('altair-static'),
    import('@fastify/static'),
  ])
  const page = renderAltair({
    baseURL: place,
    endpointURL: '/graphql',
    initialQuery: example,
    initialSettings: { 'banners.disable': true },
    disableAccount: true,
  })
  const app = fastify()
  app.addHook('onRequest', async (_, reply) => {
    reply.header('content-security-policy', policy)
  })
  app.get(place, (_, reply) => reply.type('text/html; charset=utf-8').send(page))
  await app.register(files, { root: getDistDirectory(), prefix: place, index: false })
  return app
}

/** Nothing of what the page offers may lead out of the shop's own machine. */
const policy = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
].join('; ')

const example = `# Ctrl+Enter asks. What there is to ask for is listed under Docs.
{
  searchProducts(first: 3) {
    nodes {
      title
      availability
      price { amount currency }
      product { variants { title availability { available } } }
    }
  }
}
`
