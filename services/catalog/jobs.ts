import { job } from '@rialto/kit/message'
import { Type } from '@rialto/kit/schema'

/** Reads an import's file from where it stands and writes its products. */
export const runImport = job('run-import', Type.Object({ importId: Type.String() }))

/** Says products in changed categories anew, a batch at a time. */
export const refreshProducts = job(
  'refresh-products',
  Type.Object({ categoryIds: Type.Array(Type.String()), after: Type.String() }),
)

/** Removes the file of an import that is over. */
export const dropImportFile = job('drop-import-file', Type.Object({ importId: Type.String() }))
