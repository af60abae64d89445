import { job } from '@rialto/kit/message'
import { Type } from '@rialto/kit/schema'

/** Reads one page of the catalog anew into the index, and schedules the next. */
export const rebuildPage = job('rebuild-page', Type.Object({ after: Type.Optional(Type.String()) }))
