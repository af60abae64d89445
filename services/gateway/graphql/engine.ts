import type { Operation } from '@rialto/kit/contract'
import { methodNotAllowed, type Problem } from '@rialto/kit/problem'
import fastify from 'fastify'
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  printSchema,
} from 'graphql'
import mercurius from 'mercurius'
import { type Asking, type AskingOptions, createAsking } from './asking.ts'
import { costOf } from './cost.ts'
import { buildGraph } from './graph.ts'
import { demand, demandOneTry, demandSmall, fragmentsOf, limits } from './limits.ts'
import type { Question } from './question.ts'
import type { Tell } from './told.ts'

export interface EngineOptions {
  readonly operations: readonly Operation[]
  /** Whether the graph tells of itself. */
  readonly introspection: boolean
  /** What the caller is told of an error of a field, and of one in the query. */
  readonly tell: Tell
}

export interface Engine {
  /** The graph in its own language. */
  readonly sdl: string
  /** Throws what keeps the question from being answered at all. */
  answer(question: Question, options: AskingOptions): Promise<object>
  close(): Promise<void>
}

type Context = Asking & { readonly requestId: string }

/** Makes the graph and what answers for it. Heavier than all of the gateway, so it is loaded for the first question. */
export async function openEngine({ operations, introspection, tell }: EngineOptions): Promise<Engine> {
  const schema = buildGraph(operations)
  const app = fastify()
  await app.register(mercurius, {
    schema,
    routes: false,
    // A query that comes again is compiled.
    jit: 2,
    cache: keptQueries,
    graphql: { parseOptions: { maxTokens: limits.tokens } },
    validationRules: introspection ? [] : [NoSchemaIntrospectionCustomRule],
    errorFormatter: ({ data, errors = [] }, context) => {
      const { requestId } = context as unknown as Context
      const told = errors.slice(0, toldErrors).map((error) => tell(error, requestId))
      return { statusCode: 200, response: { data: data ?? null, errors: told as never } }
    },
  })
  app.graphql.addHook('preValidation', async (_, document) => demandSmall(document))
  app.graphql.addHook('preExecution', async (_, document, context, variables) => {
    demandAllowed(schema, document, context as unknown as Context, variables)
  })
  await app.ready()
  return {
    sdl: printSchema(schema),
    answer: ({ query, operationName, variables }, options) => {
      const context: Context = { ...createAsking(options), requestId: options.requestId }
      return app.graphql(keyOf(query, operationName), context as never, variables, operationName)
    },
    close: () => app.close(),
  }
}

const keptQueries = 200
const toldErrors = 100

/** A query is kept with what it was compiled to, which is one of its operations: the name makes them two. */
function keyOf(query: string, operationName: string | undefined): string {
  return operationName === undefined ? query : `${query}\n# ${operationName}`
}

function demandAllowed(
  schema: GraphQLSchema,
  document: DocumentNode,
  { method, operationName }: Context,
  variables: Record<string, unknown> | undefined,
): void {
  const operation = getOperationAST(document, operationName)
  // Which one is meant is not said: the query is refused in its own words.
  if (!operation) return
  if (method === 'GET' && operation.operation !== 'query') throw changeByGet()
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {}
  demandOneTry(operation, document, (name) => fields[name]?.extensions.operation as Operation | undefined)
  const cost = costOf(schema, operation, fragmentsOf(document), variables ?? {})
  demand(Math.ceil(cost), limits.cost, 'objects to be reckoned with')
}

function changeByGet(): Problem {
  return methodNotAllowed('A change is sent by POST.')
}
