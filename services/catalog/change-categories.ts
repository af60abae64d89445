import type { Tx } from '@rialto/kit/database'
import { emit, schedule } from '@rialto/kit/outbox'
import { conflict, invalidInput, notFound, versionConflict } from '@rialto/kit/problem'
import type { TransactionContext, WriteHandler } from '@rialto/kit/service'
import { byId, changeTree, handleOf } from './category.ts'
import {
  allCategories,
  categoriesLimit,
  deleteCategory,
  hasProducts,
  insertCategories,
  type KeptCategory,
  lockTree,
  saveCategories,
} from './category-store.ts'
import { type Category, type catalog, categoryChanged } from './contract.ts'
import { refreshProducts } from './jobs.ts'

export const createCategory: WriteHandler<typeof catalog.createCategory> = async (input, { tx, newId }) => {
  const all = await lockedTree(tx)
  if (all.size >= categoriesLimit) throw conflict(`A shop has at most ${categoriesLimit} categories.`)
  const id = newId('cat')
  const parent = parentOf(all, input.parentId ?? null)
  const handle = input.handle ?? (handleOf(input.name) || id.replace('_', '-'))
  const { name, position = all.size } = input
  const made = {
    id,
    parentId: parent?.id ?? null,
    name,
    handle,
    position,
    path: [...(parent?.path ?? []), id],
    version: 1,
  }
  await insertCategories(tx, [made])
  emit(tx, categoryChanged, { id, removed: false }, made)
  return shown(made)
}

export const updateCategory: WriteHandler<typeof catalog.updateCategory> = async (input, context) => {
  const { tx, expectedVersion } = context
  const all = await lockedTree(tx)
  const category = categoryIn(all, input.id, expectedVersion)
  const parentId = input.parentId === undefined ? category.parentId : input.parentId
  parentOf(all, parentId)
  const { name = category.name, handle = category.handle, position = category.position } = input
  const changed = changeTree(all, { ...category, name, handle, position, parentId })
  if (!changed?.[0]) throw conflict('A category cannot be moved below itself.')
  await saveCategories(tx, changed)
  emit(tx, categoryChanged, { id: category.id, removed: false }, changed[0])
  refreshLater(context, changed)
  return shown(changed[0])
}

export const removeCategory: WriteHandler<typeof catalog.removeCategory> = async (
  { id },
  { tx, expectedVersion },
) => {
  const all = await lockedTree(tx)
  const category = categoryIn(all, id, expectedVersion)
  const hasChildren = [...all.values()].some(({ parentId }) => parentId === id)
  if (hasChildren || (await hasProducts(tx, id)))
    throw conflict('The category is not empty. Move what is in it first.')
  await deleteCategory(tx, id)
  emit(tx, categoryChanged, { id, removed: true }, { id, version: category.version + 1 })
  return null
}

async function lockedTree(tx: Tx): Promise<Map<string, KeptCategory>> {
  await lockTree(tx)
  return byId(await allCategories(tx))
}

/** Products carry their categories' names and paths to hearers: those filed below are said anew, in batches. */
function refreshLater({ tx, newId }: TransactionContext, changed: readonly KeptCategory[]): void {
  schedule(tx, refreshProducts, { categoryIds: changed.map(({ id }) => id), after: '' }, { id: newId('job') })
}

function categoryIn(
  all: ReadonlyMap<string, KeptCategory>,
  id: string,
  expectedVersion?: number,
): KeptCategory {
  const category = all.get(id)
  if (!category) throw notFound('There is no such category.')
  if (expectedVersion !== undefined && expectedVersion !== category.version) {
    throw versionConflict('Somebody else changed the category meanwhile.', {
      currentVersion: category.version,
    })
  }
  return category
}

function parentOf(all: ReadonlyMap<string, KeptCategory>, parentId: string | null): KeptCategory | undefined {
  const parent = parentId === null ? undefined : all.get(parentId)
  if (parentId === null || parent) return parent
  throw invalidInput('parentId is no category.', {
    errors: [{ field: 'parentId', message: 'is no category' }],
  })
}

function shown({ path: _, parentId, ...category }: KeptCategory): Category {
  return { ...category, parentId: parentId ?? undefined, productCount: 0 }
}
