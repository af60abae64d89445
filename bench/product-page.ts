import { createHash } from 'node:crypto'

// A product page as one question to the graph.

const productFields = `id handle title description vendor type tags status options { name values }
  attributes { name value } media { url alt position } seo { title description } categories { id name handle }`
const variantFields = `id title sku options { name value } price { amount currency }
  compareAtPrice { amount currency } weightGrams imageUrl position`

const queryOf = (ofVariants: string) =>
  `query ($id: ID!) { product(id: $id) { ${productFields} variants { ${ofVariants} } } }`

export const productQuery = queryOf(variantFields)
/** With what is left of each variant. */
export const pageQuery = queryOf(`${variantFields} availability { state available }`)

/** Addresses of a question: the one makes it known under its hash, the other asks it by that from then on. */
export function addressesOf(query: string, id: string): { readonly whole: string; readonly byHash: string } {
  const sha256Hash = createHash('sha256').update(query).digest('hex')
  const parts = {
    variables: JSON.stringify({ id }),
    extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }),
  }
  const address = (given: Record<string, string>) => `/graphql?${new URLSearchParams(given)}`
  return { whole: address({ ...parts, query }), byHash: address(parts) }
}
