import type { Input } from '@rialto/kit/contract'
import { invalidInput } from '@rialto/kit/problem'
import { handleOf, pathsOf } from './category.ts'
import type { KeptCategory } from './category-store.ts'
import type { catalog, Product, Variant } from './contract.ts'
import type { KeptProduct } from './product-store.ts'
import { safeHtml } from './shopify/html.ts'

type NewProduct = Input<typeof catalog.createProduct>
type ProductChange = Omit<Input<typeof catalog.updateProduct>, 'id'>
type NewVariant = NewProduct['variants'][number]
type VariantChange = Omit<Input<typeof catalog.updateVariant>, 'id'>

/** What a decision takes from the world. */
export interface Fresh {
  readonly now: Date
  readonly newId: (prefix: string) => string
}

/** Makes a product of what staff entered. Throws `invalid-input` where its variants do not fit its options. */
export function createProduct(input: NewProduct, { now, newId }: Fresh): KeptProduct {
  const id = newId('prod')
  const at = now.toISOString()
  const names = input.options ?? Object.keys(input.variants[0]?.options ?? {})
  const bare: KeptProduct = {
    id,
    handle: handleOf(input.title) || id.replace('_', '-'),
    title: input.title,
    description: '',
    vendor: '',
    type: '',
    tags: [],
    status: 'draft',
    categoryIds: [],
    options: names.map((name) => ({ name, values: [] })),
    attributes: [],
    media: [],
    seo: {},
    variants: [],
    createdAt: at,
    updatedAt: at,
    version: 1,
  }
  const { variants, ...fields } = input
  const product = { ...bare, ...fieldsOf(fields) }
  return withVariants(
    product,
    variants.map((variant, index) => newVariant(product, variant, newId('var'), index)),
  )
}

/** Applies what staff changed. The version and the time of the change move on. */
export function changeProduct(product: KeptProduct, change: ProductChange, now: Date): KeptProduct {
  const changed = { ...product, ...fieldsOf(change) }
  const names = change.options ?? product.options.map(({ name }) => name)
  const pictures = new Set(changed.media.map(({ url }) => url))
  const variants = changed.variants.map((variant) => ({
    ...variant,
    options: pick(variant.options, names),
    // A picture that was taken away is no variant's any more.
    imageUrl: variant.imageUrl !== undefined && pictures.has(variant.imageUrl) ? variant.imageUrl : undefined,
  }))
  return touched(
    withVariants({ ...changed, options: names.map((name) => ({ name, values: [] })) }, variants),
    now,
  )
}

export function addVariant(product: KeptProduct, input: NewVariant, { now, newId }: Fresh): KeptProduct {
  const position = Math.max(0, ...product.variants.map((variant) => variant.position))
  const variant = newVariant(product, input, newId('var'), position)
  return touched(withVariants(product, [...product.variants, variant]), now)
}

export function changeVariant(
  product: KeptProduct,
  variantId: string,
  change: VariantChange,
  now: Date,
): KeptProduct {
  const variants = product.variants.map((variant) =>
    variant.id === variantId
      ? { ...variant, ...defined(change), options: change.options ?? variant.options }
      : variant,
  )
  return touched(withVariants(product, variants), now)
}

export function dropVariant(product: KeptProduct, variantId: string, now: Date): KeptProduct {
  return touched(
    withVariants(
      product,
      product.variants.filter(({ id }) => id !== variantId),
    ),
    now,
  )
}

/** Marks a change: the version by which hearers and `If-Match` tell old from new. */
export function touched(product: KeptProduct, now: Date): KeptProduct {
  return { ...product, version: product.version + 1, updatedAt: now.toISOString() }
}

/** Checks the variants against the options, and derives what follows: titles, order, the options' values. */
export function withVariants(product: KeptProduct, variants: readonly Variant[]): KeptProduct {
  const names = product.options.map(({ name }) => name)
  const seen = new Set<string>()
  const titled = variants.map((variant, index) => {
    const values = names.map((name) => variant.options[name])
    if (values.includes(undefined) || Object.keys(variant.options).length !== names.length) {
      throw wrongOptions(
        index,
        names.length === 0
          ? 'must be empty: the product has no options'
          : `must give a value for ${names.join(', ')}, and for nothing else`,
      )
    }
    const title = values.join(' / ')
    if (seen.has(title))
      throw wrongOptions(index, `must differ from those of other variants (${title || 'no options'})`)
    seen.add(title)
    return { ...variant, title, position: index + 1 }
  })
  const options = names.map((name) => ({
    name,
    values: [...new Set(titled.map(({ options: chosen }) => chosen[name] ?? ''))],
  }))
  return { ...product, options, media: withPictures(product.media, titled), variants: titled }
}

/** A variant's picture is one of the product's. */
function withPictures(media: KeptProduct['media'], variants: readonly Variant[]): KeptProduct['media'] {
  const known = new Set(media.map(({ url }) => url))
  const missing = new Set(variants.flatMap(({ imageUrl }) => imageUrl ?? []).filter((url) => !known.has(url)))
  return [
    ...media,
    ...[...missing].map((url, index) => ({ url, alt: '', position: media.length + index + 1 })),
  ]
}

/** The product as others see it, its categories by name. */
export function publicProduct(
  { categoryIds, ...product }: KeptProduct,
  all: ReadonlyMap<string, KeptCategory>,
): Product {
  return { ...product, categories: pathsOf(categoryIds, all) }
}

/** Whether shoppers may see it. */
export function isForSale(product: Pick<KeptProduct, 'status' | 'publishAt'>, now: Date): boolean {
  return (
    product.status === 'active' &&
    (product.publishAt === undefined || Date.parse(product.publishAt) <= now.getTime())
  )
}

function newVariant(product: KeptProduct, input: NewVariant, id: string, index: number): Variant {
  const { options = {}, taxClass = 'standard', weightGrams = 0, requiresShipping = true, ...rest } = input
  return {
    ...rest,
    id,
    productId: product.id,
    title: '',
    options,
    taxClass,
    weightGrams,
    requiresShipping,
    position: index + 1,
  }
}

function fieldsOf({ media, description, options: _, ...rest }: ProductChange): Partial<KeptProduct> {
  const { title, vendor, type, tags, handle, attributes, seo } = rest
  return {
    ...defined({
      ...rest,
      // As an import reads them, so that an exported product is the same when it comes back.
      title: title?.trim(),
      vendor: vendor?.trim(),
      type: type?.trim(),
      tags: tags && [...new Map(tags.map((tag) => [tag.trim().toLowerCase(), tag.trim()])).values()],
      handle: handle?.normalize('NFC'),
      attributes: attributes && trimmedAttributes(attributes),
      seo: seo && {
        title: seo.title?.trim() || undefined,
        description: seo.description?.trim() || undefined,
      },
    }),
    ...(description !== undefined && { description: safeHtml(description) }),
    ...(media && {
      media: media.map(({ url, alt = '' }, index) => ({ url, alt: alt.trim(), position: index + 1 })),
    }),
  }
}

function trimmedAttributes(attributes: KeptProduct['attributes']): KeptProduct['attributes'] {
  const trimmed = attributes.map(({ name, value }) => ({ name: name.trim(), value: value.trim() }))
  return [
    ...new Map(trimmed.map((attribute) => [JSON.stringify(Object.values(attribute)), attribute])).values(),
  ]
}

function pick(options: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )
}

function defined<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>
}

function wrongOptions(index: number, message: string) {
  const field = `variants.${index}.options`
  return invalidInput(`${field} ${message}.`, { errors: [{ field, message }] })
}
