import type { Operation } from '@rialto/kit/contract'

// How the graph calls what contracts declare. Names of a contract stand in a service; those of the graph stand alone.

/** `order lines`, `order-line` and `orderLines` are all `OrderLines`. */
export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

export function camel(text: string): string {
  const name = pascal(text)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

export function singular(name: string): string {
  if (/(?:s|x|ch|sh)es$/.test(name)) return name.slice(0, -2)
  if (name.endsWith('ies')) return `${name.slice(0, -3)}y`
  return /[^su]s$/.test(name) ? name.slice(0, -1) : name
}

/** `in-stock` is `IN_STOCK`. */
export function enumValueName(value: string): string {
  return value.replaceAll('-', '_').toUpperCase()
}

/** Whether the operation only reads, and so is a query of the graph. */
export function isQuery({ method, readOnly }: Operation): boolean {
  return method === 'GET' || readOnly === true
}

/**
 * A query is named by what it answers with: `getOrder` is `order`, `listOrders` is `orders`. What changes something
 * keeps its verb: `createProduct`. Where an operation does not name the thing that its service is called after, and
 * its path does, the thing is put in: `addItem` of `/cart/items` is `addCartItem`.
 */
export function fieldName(operation: Operation): string {
  const name = standingAlone(operation)
  const noun = isQuery(operation) && /^(?:get|list)(?=[A-Z])(.+)$/.exec(name)?.[1]
  return noun ? camel(noun) : name
}

function standingAlone({ name, service, path }: Operation): string {
  const thing = pascal(singular(service))
  const isPart = path.split('/')[1] === service && path.split('/').length > 2
  const [, verb = name, noun = ''] = /^([a-z]+)([A-Z].*)?$/.exec(name) ?? []
  if (!isPart || noun === '' || name.toLowerCase().includes(thing.toLowerCase())) return name
  return `${verb}${thing}${noun}`
}
