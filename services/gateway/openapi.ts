import {
  accessList,
  type ContractInfo,
  isRaw,
  type Operation,
  replySchema,
  successStatus,
  takesKey,
} from '@rialto/kit/contract'
import { commonProblems, type ProblemInfo, secondFactorMissing } from '@rialto/kit/problem'
import type { TObject, TSchema } from 'typebox'
import { type Json, reference } from './named-schemas.ts'

/** What several operations refer to, by name. */
interface Components {
  readonly schemas: Map<string, Json>
  readonly responses: Map<string, Json>
}

/** Derives the OpenAPI 3.1 document of the public API from the contracts. */
export function openApi(
  contracts: readonly ContractInfo[],
  about: { version: string; prefix: string },
): Json {
  const components: Components = { schemas: new Map(), responses: new Map() }
  const paths: Record<string, Json> = {}
  for (const { name, operations } of contracts) {
    for (const operation of operations) {
      if (operation.internal) continue
      const path = about.prefix + operation.path.replace(/:(\w+)/g, '{$1}')
      paths[path] = {
        ...paths[path],
        [operation.method.toLowerCase()]: describe(name, operation, components),
      }
    }
  }
  components.schemas.set('Problem', problemSchema)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rialto',
      version: about.version,
      license: { name: 'MIT', identifier: 'MIT' },
      description: intro,
    },
    servers: [{ url: '/' }],
    tags: contracts.map(({ name, summary }) => ({ name, description: summary })),
    paths,
    components: {
      schemas: Object.fromEntries(components.schemas),
      responses: Object.fromEntries(components.responses),
      securitySchemes,
    },
  }
}

const intro = `Sign in with \`POST /api/sign-in\` and send its \`token\` as \`Authorization: Bearer …\`;
a browser gets it as a cookie. What a shopper owns needs no account: the first answer sets a guest's cookie.

**Money** is in integer minor units with its currency: 1999 EUR are 19.99 €. **Lists** are keyset-paged: pass \`next\`
back as \`after\`. **Instants** are UTC, ids are TypeIDs such as \`prod_01h455vb4pex5vsknk084sn02q\`.

Send \`Idempotency-Key\` with a POST to make repeating it safe, and \`If-Match\` with the \`ETag\` you read to
detect a lost race. Fields that are not known are refused, in bodies and queries alike.

Operations that are **live** can be watched: ask for them with \`Accept: text/event-stream\`.

**Failures** are \`application/problem+json\` with a stable \`code\`; [all codes](/docs/problems).`

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'Token of `signIn`' },
  session: { type: 'apiKey', in: 'cookie', name: 'rialto_session' },
}

const problemSchema: Json = {
  type: 'object',
  title: 'Problem',
  description: 'RFC 9457 problem details',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}

function describe(tag: string, operation: Operation, components: Components): Json {
  const { schemas } = components
  const access = accessList(operation)
  const open = access.includes('anyone') || access.includes('shopper') || access.includes('owner')
  const status = successStatus(operation)
  return {
    operationId: operation.name,
    tags: [tag],
    summary: operation.summary,
    ...(wordsOf(operation) && { description: wordsOf(operation) }),
    'x-access': access.filter((kind) => kind !== 'service'),
    security: open ? [{}, ...signedIn] : signedIn,
    parameters: parameters(operation, schemas),
    ...(operation.body && { requestBody: requestBody(operation, schemas) }),
    responses: {
      [status]: { description: 'Success', ...(status !== 204 && answerOf(operation, schemas)) },
      ...problemResponses(operation, open, components),
    },
  }
}

/** What is live can be watched at the same address. */
function wordsOf({ description = '', live }: Operation): string {
  return [description, live ? watching : ''].filter(Boolean).join('\n\n')
}

const watching =
  '**Live**: with `Accept: text/event-stream` the answer comes as the data of a server-sent event, and anew whenever it changes.'

function answerOf(operation: Operation, schemas: Map<string, Json>): Json {
  const { content } = jsonOf(replySchema(operation), schemas)
  const stream = { 'text/event-stream': { schema: { type: 'string', description: streamWords } } }
  return { content: { ...(content as Json), ...(operation.live && stream) } }
}

const streamWords =
  'Each event has the answer as its `data` and an `id` that follows from it. An event named `problem` says why there will be no more.'

const signedIn = [{ bearer: [] }, { session: [] }]

function parameters(operation: Operation, schemas: Map<string, Json>): Json[] {
  const { path, query, method } = operation
  const required = new Set((query?.required as string[] | undefined) ?? [])
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => {
    const { description } = schema as { description?: string }
    return {
      name,
      in: 'query',
      required: required.has(name),
      ...(description && { description }),
      schema: reference(schema, schemas),
    }
  })
  const keyed = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'A name of your own for this request: sent again under it, it is answered as before.',
    schema: { type: 'string', maxLength: 255, examples: ['order-4711-refund-1'] },
  }
  const matched = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` that you read: the change is refused with 412 when somebody was faster.',
    schema: { type: 'string', examples: ['"3"'] },
  }
  const known = {
    name: 'Last-Event-ID',
    in: 'header',
    required: false,
    description: 'Of a stream: the `id` of the state that you have. It is not sent again until it changes.',
    schema: { type: 'string', maxLength: 100 },
  }
  const changes = method === 'PATCH' || method === 'PUT' || method === 'DELETE'
  return [
    ...inPath,
    ...inQuery,
    ...(takesKey(operation) ? [keyed] : []),
    ...(changes ? [matched] : []),
    ...(operation.live ? [known] : []),
  ]
}

function requestBody({ body }: Operation, schemas: Map<string, Json>): Json {
  if (isRaw(body)) return { required: true, content: { [body.raw]: { schema: { type: 'string' } } } }
  return { required: true, ...jsonOf(body as TSchema, schemas) }
}

/** Problems of one status share a response, which lists their codes; those of one kind are written once. */
function problemResponses(operation: Operation, open: boolean, { schemas, responses }: Components): Json {
  const common = commonProblems.filter(
    ({ status, code }) =>
      applies(status, operation, open) && (code !== secondFactorMissing.code || isForStaff(operation)),
  )
  const byStatus = Map.groupBy([...(operation.problems ?? []), ...common], ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, problems]) => {
      const name = problems.map(({ code }) => code).join('.')
      responses.set(name, problemResponse(problems, schemas))
      return [status, { $ref: `#/components/responses/${name}` }]
    }),
  )
}

function problemResponse(problems: readonly ProblemInfo[], schemas: Map<string, Json>): Json {
  const description = problems.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n')
  const forms = problems.map(({ code, schema }) => problemForm(code, schema, schemas))
  const schema = forms.length === 1 ? forms[0] : { oneOf: forms }
  return { description, content: { 'application/problem+json': { schema } } }
}

/** A problem with its code, and with the fields that it carries besides. */
function problemForm(code: string, carried: TObject, schemas: Map<string, Json>): Json {
  const { properties = {}, required = [] } = reference(carried, schemas) as Partial<TObject>
  const known = { code: { type: 'string', const: code }, ...properties }
  return {
    allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: known, required }],
  }
}

function isForStaff(operation: Operation): boolean {
  return accessList(operation).some((access) => access.startsWith('staff:'))
}

function applies(status: number, { method, path, query, body }: Operation, open: boolean): boolean {
  if (status === 400) return body !== undefined || query !== undefined
  if (status === 401 || status === 403) return !open
  if (status === 404) return path.includes(':')
  if (status === 412) return method !== 'GET' && method !== 'POST'
  if (status === 413 || status === 415) return body !== undefined
  if (status === 409 || status === 422) return method === 'POST'
  // These come before any operation is known.
  return ![405, 408, 431].includes(status)
}

function jsonOf(schema: TSchema, schemas: Map<string, Json>): Json {
  return { content: { 'application/json': { schema: reference(schema, schemas) } } }
}
