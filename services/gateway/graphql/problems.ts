import { type ProblemInfo, problem } from '@rialto/kit/problem'

// Why a request to the graph is refused before any operation is asked. Their codes stand in `extensions.code`.

export const queryInvalid = problem('query-invalid', 400, 'The query does not fit the graph')
export const queryTooLarge = problem('query-too-large', 400, 'The query asks for too much at once')
/** Under the name and the code that clients of persisted queries know. */
export const queryNotKept = problem('PERSISTED_QUERY_NOT_FOUND', 200, 'PersistedQueryNotFound')

export const graphProblems: readonly ProblemInfo[] = [queryInvalid, queryTooLarge, queryNotKept]
