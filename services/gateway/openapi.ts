import {
  accessList,
  type ContractInfo,
  isRaw,
  type Operation,
  replySchema,
  successStatus,
} from '@rialto/kit/contract'
import { commonProblems, type ProblemInfo } from '@rialto/kit/problem'
import type { TSchema } from 'typebox'

type Json = Record<string, unknown>

/** Derives the OpenAPI 3.1 document of the public API from the contracts. */
export function openApi(
  contracts: readonly ContractInfo[],
  about: { version: string; prefix: string },
): Json {
  const components = new Map<string, Json>()
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
  components.set('Problem', problemSchema)
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
    components: { schemas: Object.fromEntries(components), securitySchemes },
  }
}

const intro = `Money is in integer minor units. Lists are keyset-paged: pass \`next\` back as \`after\`.
Send \`Idempotency-Key\` with a POST to make repeating it safe, and \`If-Match\` with the \`ETag\` you read to
detect a lost race. Failures are \`application/problem+json\` with a stable \`code\`.`

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

function describe(tag: string, operation: Operation, components: Map<string, Json>): Json {
  const access = accessList(operation)
  const open = access.includes('anyone') || access.includes('shopper') || access.includes('owner')
  const status = successStatus(operation)
  return {
    operationId: operation.name,
    tags: [tag],
    summary: operation.summary,
    ...(operation.description && { description: operation.description }),
    'x-access': access.filter((kind) => kind !== 'service'),
    security: open ? [{}, ...signedIn] : signedIn,
    parameters: parameters(operation, components),
    ...(operation.body && { requestBody: requestBody(operation, components) }),
    responses: {
      [status]: { description: 'Success', ...(status !== 204 && jsonOf(replySchema(operation), components)) },
      ...problemResponses(operation, open, components),
    },
  }
}

const signedIn = [{ bearer: [] }, { session: [] }]

function parameters({ path, query, idempotent, method }: Operation, components: Map<string, Json>): Json[] {
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
      schema: reference(schema, components),
    }
  })
  const keyed = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', maxLength: 255 },
  }
  const matched = { name: 'If-Match', in: 'header', required: false, schema: { type: 'string' } }
  const changes = method === 'PATCH' || method === 'PUT' || method === 'DELETE'
  return [...inPath, ...inQuery, ...(idempotent ? [keyed] : []), ...(changes ? [matched] : [])]
}

function requestBody({ body }: Operation, components: Map<string, Json>): Json {
  if (isRaw(body)) return { required: true, content: { [body.raw]: { schema: { type: 'string' } } } }
  return { required: true, ...jsonOf(body as TSchema, components) }
}

/** Problems of one status share a response; it lists their codes. */
function problemResponses(operation: Operation, open: boolean, components: Map<string, Json>): Json {
  const common = commonProblems.filter(({ status }) => applies(status, operation, open))
  const byStatus = Map.groupBy([...(operation.problems ?? []), ...common], ({ status }) => status)
  return Object.fromEntries(
    [...byStatus].map(([status, problems]) => {
      const description = problems.map(({ code, title }) => `\`${code}\`: ${title}`).join('\n\n')
      const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, ...detailsOf(problems, components)] }
      return [status, { description, content: { 'application/problem+json': { schema } } }]
    }),
  )
}

function detailsOf(problems: readonly ProblemInfo[], components: Map<string, Json>): unknown[] {
  const carried = problems.filter(({ schema }) => Object.keys(schema.properties).length > 0)
  return carried.length === 1 && problems.length === 1 && carried[0]
    ? [reference(carried[0].schema, components)]
    : []
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

function jsonOf(schema: TSchema, components: Map<string, Json>): Json {
  return { content: { 'application/json': { schema: reference(schema, components) } } }
}

/** Replaces each schema with a title by a reference to its component. */
function reference(schema: unknown, components: Map<string, Json>): unknown {
  if (Array.isArray(schema)) return schema.map((part) => reference(part, components))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, part]) => [key, reference(part, components)])
  const copy = Object.fromEntries(entries) as Json
  if (typeof copy.title !== 'string' || copy.type !== 'object') return copy
  components.set(copy.title, copy)
  return { $ref: `#/components/schemas/${copy.title}` }
}
