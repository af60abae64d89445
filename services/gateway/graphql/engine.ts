import type { Operation } from '@rialto/kit/contract'
import { methodNotAllowed, type Problem } from '@rialto/kit/problem'
import fastify from 'fastify'
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  printSchema,
} from 'graphql'
import mercurius from 'mercurius'
import { type Asking, type AskingOptions, createAsking } from './asking.ts'
import { costOf } from './cost.ts'
import { buildGraph } from './graph.ts'
import { demand, demandOneTry, demandSmall, fragmentsOf, limits } from './limits.ts'
import { queryInvalid } from './problems.ts'
import type { Question } from './question.ts'
import { readSubscription, type Subscription } from './subscription.ts'
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
  /** What a question for a subscription is about; undefined when it asks for something else. Throws what is wrong with it. */
  subscription(question: Question, options: Pick<AskingOptions, 'method'>): Subscription | undefined
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
    const operation = demandAllowed(schema, document, context as unknown as Context, variables)
    if (operation?.operation === 'subscription')
      throw queryInvalid('Ask for a subscription with `Accept: text/event-stream`.')
  })
  await app.ready()
  return {
    sdl: printSchema(schema),
    answer: ({ query, operationName, variables }, options) => {
      const context: Context = { ...createAsking(options), requestId: options.requestId }
      return app.graphql(keyOf(query, operationName), context as never, variables, operationName)
    },
    subscription: (question, { method }) =>
      readSubscription(schema, question, (document, operationName, variables) => {
        demandSmall(document)
        return () => demandAllowed(schema, document, { method, operationName }, variables)
      }),
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
  { method, operationName }: Pick<Context, 'method' | 'operationName'>,
  variables: Readonly<Record<string, unknown>> | undefined,
): OperationDefinitionNode | undefined {
  const operation = getOperationAST(document, operationName)
  // Which one is meant is not said: the query is refused in its own words.
  if (!operation) return undefined
  if (method === 'GET' && operation.operation === 'mutation') throw changeByGet()
  const fields = schema.getRootType(operation.operation)?.getFields() ?? {}
  demandOneTry(operation, document, (name) => fields[name]?.extensions.operation as Operation | undefined)
  const cost = costOf(schema, operation, fragmentsOf(document), variables ?? {})
  demand(Math.ceil(cost), limits.cost, 'objects to be reckoned with')
  return operation
}

function changeByGet(): Problem {
  return methodNotAllowed('A change is sent by POST.')
}
