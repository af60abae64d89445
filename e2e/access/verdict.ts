import { accessList, type Operation } from '@rialto/kit/contract'

// What a contract promises about access, told apart from the code that keeps the promise.

/** Who asks, as far as access goes. */
export interface Standing {
  readonly kind: 'nobody' | 'guest' | 'customer' | 'staff' | 'service'
  readonly permissions?: readonly string[]
  /** Whose things are the caller's own. */
  readonly owner?: string
  /** Staff who sit at a browser that has a guest's cookie. */
  readonly atGuestsBrowser?: boolean
  /** Staff without the second factor that the shop demands. */
  readonly lacksFactor?: boolean
}

/**
 * `held back`: staff who have to set up a second factor first; `hidden`: as if it did not exist, since it is somebody else's; `absent`: there is no such door from outside;
 * `own`: it is the caller's; `admitted`: whatever comes of it, access is not what is wrong.
 */
export type Expected =
  | 'unauthenticated'
  | 'forbidden'
  | 'held back'
  | 'hidden'
  | 'absent'
  | 'own'
  | 'admitted'

/** What has to come of it when the caller asks about a thing of `owner`, where things of this kind have owners. */
export function expectedOf(operation: Operation, standing: Standing, owner?: string): Expected {
  if (seesAll(operation, standing)) return 'admitted'
  const granted = accessList(operation).map((access) => grantOf(access, standing))
  if (!granted.includes('own')) {
    if (standing.lacksFactor && accessList(operation).some((access) => access.startsWith('staff:')))
      return 'held back'
    return standing.kind === 'nobody' || standing.kind === 'guest' ? 'unauthenticated' : 'forbidden'
  }
  if (owner === undefined) return 'admitted'
  return standing.owner === owner ? 'own' : 'hidden'
}

/** Whether the operation shows the caller everybody's things. */
export function seesAll(operation: Operation, standing: Standing): boolean {
  return accessList(operation).some((access) => grantOf(access, standing) === 'all')
}

function grantOf(access: string, standing: Standing): 'all' | 'own' | undefined {
  const { kind, permissions = [], atGuestsBrowser = false, lacksFactor = false } = standing
  const [word, wanted] = access.split(':')
  if (access === 'staff:without-factor') return kind === 'staff' ? 'all' : undefined
  if (word === 'staff') {
    if (lacksFactor) return undefined
    const holds =
      kind === 'staff' && (wanted === '*' || permissions.some((one) => one === wanted || one === '*'))
    return holds ? 'all' : undefined
  }
  if (word === 'service') return kind === 'service' ? 'all' : undefined
  if (word === 'anyone') return 'own'
  if (word === 'customer') return kind === 'customer' ? 'own' : undefined
  if (word === 'shopper' || word === 'owner')
    return kind === 'guest' || kind === 'customer' || atGuestsBrowser ? 'own' : undefined
  throw new Error(`Nobody knows what access ${access} means; say it here.`)
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, unknown>>
}

/** What is wrong with the answer, in words; undefined when it keeps the promise. */
export function faultOf(expected: Expected, { status, body }: Answer): string | undefined {
  const told = `${expected} expected, but it is ${status} ${body.slice(0, 300)}`
  const code = status >= 400 ? codeOf(body) : ''
  const refused = ['unauthenticated', 'forbidden', 'second-factor-missing'].includes(code)
  if (status >= 500) return told
  switch (expected) {
    case 'unauthenticated':
      return status === 401 && code === expected ? undefined : told
    case 'forbidden':
      return status === 403 && code === expected ? undefined : told
    case 'held back':
      return status === 403 && code === 'second-factor-missing' ? undefined : told
    case 'hidden':
      return status === 404 && code === 'not-found' ? undefined : told
    case 'absent':
      return status === 404 || status === 405 ? undefined : told
    case 'own':
      return refused || status === 404 || code === 'invalid-input' ? told : undefined
    default:
      return refused ? told : undefined
  }
}

/** What an answer tells of somebody else, by the mark that each owner's things bear; the caller may see only the own. */
export function leakOf({ body }: Answer, own: string | undefined, marks: Marks): string | undefined {
  const told = Object.entries(marks).find(([owner, mark]) => owner !== own && body.includes(mark))
  return told && `it tells of the ${told[0]}: ${body.slice(0, 300)}`
}

/** What is wrong with the form of an answer that goes to browsers. */
export function formFaultOf({ cache, method }: Operation, { status, body, headers = {} }: Answer) {
  const { 'content-type': type = '', 'cache-control': caching = '' } = headers
  const isJson = /^application\/(json; charset=utf-8|problem\+json)/.test(String(type))
  const mayStay = cache !== undefined && method === 'GET' && status < 400
  const faults = [
    headers['x-content-type-options'] !== 'nosniff' && 'browsers may guess its type',
    !headers['referrer-policy'] && 'it has no referrer policy',
    headers['access-control-allow-origin'] !== undefined && 'other sites may read it',
    body !== '' && !isJson && `its type is ${type}`,
    !mayStay && caching !== 'no-store' && 'it may be kept',
  ]
  return faults.find((fault) => fault !== false)
}

export type Marks = Readonly<Record<string, string>>

function codeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { code?: unknown }).code ?? '')
  } catch {
    return 'no problem'
  }
}
