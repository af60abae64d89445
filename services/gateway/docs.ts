import type { ContractInfo } from '@rialto/kit/contract'
import { commonProblems, type ProblemInfo } from '@rialto/kit/problem'
import Fastify, { type FastifyInstance } from 'fastify'
import { asyncApi } from './asyncapi.ts'
import { graphProblems } from './graphql/problems.ts'
import { openApi } from './openapi.ts'

/**
 * Serves the documents of operations and of events, the reference page, and the list of problem codes, made when somebody
 * first asks. Answers with the way to make them of other contracts: they are made at once, and served when what that answers
 * with is called.
 */
export function addDocs(
  app: FastifyInstance,
  contracts: readonly ContractInfo[],
  version: string,
): (others: readonly ContractInfo[]) => () => void {
  let documents: ReturnType<typeof documentsOf> | undefined
  const present = () => {
    documents ??= documentsOf(contracts, version)
    return documents
  }
  app.get('/openapi.json', (_, reply) => reply.type('application/json').send(present().openApi))
  app.get('/asyncapi.json', (_, reply) => reply.type('application/json').send(present().asyncApi))
  addReference(app)
  app.get('/docs/problems', (_, reply) => reply.type('text/html').send(present().problems))
  return (others) => {
    const next = documentsOf(others, version)
    return () => {
      documents = next
    }
  }
}

function documentsOf(contracts: readonly ContractInfo[], version: string) {
  return {
    asyncApi: JSON.stringify(asyncApi(contracts, { version })),
    openApi: JSON.stringify(openApi(contracts, { version, prefix: '/api' })),
    problems: problemsPage(contracts),
  }
}

/** The program of the page is larger than all of the platform, so it is loaded when somebody opens the page. */
function addReference(app: FastifyInstance): void {
  let opened: Promise<FastifyInstance> | undefined
  for (const url of ['/docs', '/docs/', '/docs/*']) {
    app.get(url, async (request, reply) => {
      opened ??= openReference().catch((error) => {
        opened = undefined
        throw error
      })
      const page = await (await opened).inject(request.url)
      return reply.code(page.statusCode).headers(page.headers).send(page.rawPayload)
    })
  }
}

async function openReference(): Promise<FastifyInstance> {
  const { default: reference } = await import('@scalar/fastify-api-reference')
  const app = Fastify()
  await app.register(reference, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      pageTitle: 'Rialto API',
      favicon: '/favicon.svg',
      // Nothing of what the page offers may lead out of the shop's own machine.
      telemetry: false,
      withDefaultFonts: false,
      showDeveloperTools: 'never',
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
    } as never,
  })
  return app
}

function problemsPage(contracts: readonly ContractInfo[]): string {
  const declared = contracts.flatMap(({ operations }) => operations.flatMap(({ problems }) => problems ?? []))
  const all = new Map(
    [...commonProblems, ...graphProblems, ...declared].map((problem) => [problem.code, problem]),
  )
  const rows = [...all.values()].sort((a, b) => a.status - b.status || a.code.localeCompare(b.code)).map(row)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="/favicon.svg"><meta name="viewport" content="width=device-width">
<title>Problems · Rialto</title><style>body{font:16px/1.6 system-ui;max-width:60rem;margin:3rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #ddd}</style>
<h1>Problems</h1><p>Every failure is <code>application/problem+json</code> with one of these codes. In GraphQL the code stands in <code>extensions</code>.</p>
<table><tr><th>Status</th><th>Code</th><th>Meaning</th><th>Carries</th></tr>${rows.join('')}</table></html>`
}

function row({ code, status, title, schema }: ProblemInfo): string {
  const fields = Object.keys(schema.properties).map((name) => `<code>${escaped(name)}</code>`)
  return `<tr id="${code}"><td>${status}</td><td><code>${code}</code></td><td>${escaped(title)}</td><td>${fields.join(', ')}</td></tr>`
}

/** Words of a contract that was learned are another process's. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
