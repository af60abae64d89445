import { pageOf } from '@rialto/kit/paging'
import { notFound } from '@rialto/kit/problem'
import type { Handler } from '@rialto/kit/service'
import type { catalog } from './contract.ts'
import { findImport, listImports as list, publicImport } from './import-store.ts'

export const getImport: Handler<typeof catalog.getImport> = async ({ id }, { database }) => {
  const found = await findImport(database, id)
  if (!found) throw notFound('There is no such import.')
  return publicImport(found)
}

export const listImports: Handler<typeof catalog.listImports> = async (
  { after, limit = 20 },
  { database },
) => {
  const page = pageOf(await list(database, after, limit), limit, ({ startedAt, id }) => [startedAt, id])
  return { ...page, items: page.items.map(publicImport) }
}
