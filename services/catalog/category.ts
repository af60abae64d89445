import { categoriesLimit, type KeptCategory } from './category-store.ts'
import type { Product } from './contract.ts'

/** Makes a handle of a name: `Home & Kitchen` becomes `home-kitchen`. Empty when nothing can be kept. */
export function handleOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
    .replace(/-+$/, '')
}

/** The names from the root, for each category of a product; categories that are gone are left out. */
export function pathsOf(
  categoryIds: readonly string[],
  all: ReadonlyMap<string, KeptCategory>,
): Product['categories'] {
  return categoryIds.flatMap((id) => {
    const refs = (all.get(id)?.path ?? []).flatMap((step) => {
      const category = all.get(step)
      return category ? [{ id: category.id, name: category.name, handle: category.handle }] : []
    })
    return refs.length > 0 ? [refs] : []
  })
}

export function byId(categories: readonly KeptCategory[]): Map<string, KeptCategory> {
  return new Map(categories.map((category) => [category.id, category]))
}

/**
 * Changes a category and whatever follows for those below it: when it moves, their paths. Answers with all
 * that changed, or undefined when it would become its own ancestor.
 */
export function changeTree(
  all: ReadonlyMap<string, KeptCategory>,
  changed: KeptCategory,
): KeptCategory[] | undefined {
  const before = all.get(changed.id)
  const parentPath = changed.parentId === null ? [] : (all.get(changed.parentId)?.path ?? [])
  if (!before || parentPath.includes(changed.id)) return undefined
  const path = [...parentPath, changed.id]
  const version = before.version + 1
  const moved = { ...changed, path, version }
  const below = [...all.values()].filter(
    (category) => category.id !== changed.id && category.path.includes(changed.id),
  )
  return [
    moved,
    ...below.map((category) => ({
      ...category,
      path: [...path, ...category.path.slice(before.path.length)],
    })),
  ]
}

export interface Planned {
  /** Category to file a product under, by the key of its path. */
  readonly idOf: ReadonlyMap<string, string>
  readonly missing: readonly KeptCategory[]
}

/** Plans the categories that paths of names need and that are not there yet, as far as a shop can have more. */
export function planPaths(
  paths: readonly (readonly string[])[],
  all: readonly KeptCategory[],
  newId: () => string,
): Planned {
  const known = new Map(all.map((category) => [siblingKey(category.parentId, category.name), category]))
  const handles = new Set(all.map(({ handle }) => handle))
  const missing: KeptCategory[] = []
  const idOf = new Map<string, string>()
  for (const names of paths) {
    let parent: KeptCategory | undefined
    for (const name of names) {
      const key = siblingKey(parent?.id ?? null, name)
      let found: KeptCategory | undefined = known.get(key)
      if (!found && known.size < categoriesLimit) {
        found = plan(name, parent, newId(), handles, known.size)
        missing.push(found)
        known.set(key, found)
      }
      parent = found
      if (!found) break
    }
    if (parent) idOf.set(pathKey(names), parent.id)
  }
  return { idOf, missing }
}

export function pathKey(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toLowerCase()))
}

function plan(
  name: string,
  parent: KeptCategory | undefined,
  id: string,
  handles: Set<string>,
  position: number,
): KeptCategory {
  const base = handleOf(name) || 'category'
  const candidates = [base, ...(parent ? [`${parent.handle}-${base}`] : [])]
  let handle = candidates.find((candidate) => !handles.has(candidate))
  for (let count = 2; handle === undefined; count++)
    handle = handles.has(`${base}-${count}`) ? undefined : `${base}-${count}`
  handles.add(handle)
  return {
    id,
    parentId: parent?.id ?? null,
    name,
    handle,
    position,
    path: [...(parent?.path ?? []), id],
    version: 1,
  }
}

function siblingKey(parentId: string | null, name: string): string {
  return `${parentId ?? ''}/${name.toLowerCase()}`
}
