import type { Operation } from '@rialto/kit/contract'
import {
  type DocumentNode,
  execute,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import type { Asking } from './asking.ts'
import { fragmentsOf, limits, rootFields } from './limits.ts'
import type { Question } from './question.ts'

/** One field of the graph, of which somebody wants to hear whenever its answer changes. */
export interface Subscription {
  readonly operation: Operation
  /** The arguments of the field. */
  readonly input: Readonly<Record<string, unknown>>
  /** The whole answer as it is now. Throws the error of the field itself. */
  read(asking: Asking): Promise<Answered>
}

export interface Answered {
  readonly data?: unknown
  readonly errors?: readonly GraphQLError[]
}

/**
 * Reads what a question subscribes to; undefined when it subscribes to nothing. `demand` is handed the document before it
 * is checked against the graph, and what it answers with is called after that. Throws what is wrong with the question.
 */
export function readSubscription(
  schema: GraphQLSchema,
  { query, operationName, variables }: Question,
  demand: (
    document: DocumentNode,
    operationName: string | undefined,
    variables: Question['variables'],
  ) => () => unknown,
): Subscription | undefined {
  const document = parse(query, { maxTokens: limits.tokens })
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== 'subscription') return undefined
  const demandAllowed = demand(document, operationName, variables)
  refuseAll(validate(schema, document))
  demandAllowed()
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {})
  refuseAll(coerced.errors ?? [])
  const node = onlyField(operation, document)
  const field = schema.getSubscriptionType()?.getFields()[node.name.value]
  if (!field) throw new GraphQLError('There is nothing to subscribe to.')
  return {
    operation: field.extensions.operation as Operation,
    input: getArgumentValues(field, node, coerced.coerced),
    read: async (asking) => {
      const contextValue = asking
      const answered = await execute({
        schema,
        document,
        operationName,
        contextValue,
        variableValues: variables,
      })
      const failed = answered.errors?.find(({ path }) => path === undefined || path.length === 1)
      if (failed) throw failed
      return answered
    },
  }
}

/** Of a document that fits the graph there is but one. */
function onlyField(operation: OperationDefinitionNode, document: DocumentNode): FieldNode {
  const [field] = rootFields(operation.selectionSet, fragmentsOf(document))
  if (field?.kind !== Kind.FIELD) throw new GraphQLError('There is nothing to subscribe to.')
  return field
}

function refuseAll(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new AggregateError(errors)
}
