import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { TObject, TProperties, TSchema } from 'typebox'
import { Type } from './schema.ts'

/** What declares settings: a service, or the process itself. */
export interface Configured {
  readonly config?: TObject
}

/** Names every wrong setting and its fix in one message. */
export class WrongSettings extends Error {
  constructor(faults: readonly string[]) {
    super(`The settings are wrong:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'WrongSettings'
  }
}

const ajv = addFormats.default(
  new Ajv({
    coerceTypes: 'array',
    allErrors: true,
    strict: false,
    meta: false,
    validateSchema: false,
    // Each check runs once.
    code: { optimize: false },
  }),
)

/**
 * Reads the settings of all given services from environment variables. Names they do not declare are left
 * alone. An empty variable counts as absent. Throws `WrongSettings` with all faults at once.
 */
export function readSettings(
  of: readonly Configured[],
  environment: Record<string, string | undefined>,
): Record<string, unknown> {
  const config = together(of.flatMap((each) => each.config ?? []))
  const given = Object.fromEntries(
    Object.keys(config.properties).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  )
  const settings = { ...defaultsOf(config), ...given }
  const validate = ajv.compile(ofGiven(config, given))
  if (!validate(settings)) throw new WrongSettings(faultsOf(config, settings, validate.errors ?? []))
  return settings
}

/** What several declare has to be as each of them says; it is told in the words of the first. */
function together(configs: readonly TObject[]): TObject {
  const properties: Record<string, Declared> = {}
  for (const [name, schema] of configs.flatMap((config) => Object.entries<Declared>(config.properties))) {
    const { allOf = [], ...first } = properties[name] ?? schema
    const isNew = ![first, ...allOf].some((known) => meaning(known) === meaning(schema))
    properties[name] = {
      ...first,
      default: first.default ?? schema.default,
      secret: first.secret ?? schema.secret,
      allOf: isNew ? [...allOf, schema] : allOf,
    }
  }
  const required = configs.flatMap((config) => config.required ?? [])
  return Object.assign(Type.Object(properties as TProperties), {
    required: [...new Set(required)],
  }) as TObject
}

type Declared = TSchema & {
  readonly default?: unknown
  readonly secret?: boolean
  readonly allOf?: readonly TSchema[]
}

function meaning(schema: TSchema): string {
  return JSON.stringify({ ...schema, description: undefined, default: undefined })
}

function defaultsOf({ properties }: TObject): Record<string, unknown> {
  const all = Object.entries<Declared>(properties)
  return Object.fromEntries(
    all.flatMap(([name, schema]) => (schema.default === undefined ? [] : [[name, schema.default]])),
  )
}

/** Checks what is given only, which is little: to make the checks takes longer than anything else here. */
function ofGiven(config: TObject, given: Record<string, unknown>): TObject {
  const properties = Object.fromEntries(Object.entries(config.properties).filter(([name]) => name in given))
  return { ...config, properties }
}

function faultsOf(
  config: TObject,
  values: Record<string, unknown>,
  errors: NonNullable<Ajv['errors']>,
): string[] {
  return errors.map(({ instancePath, keyword, params, message }) => {
    const name = keyword === 'required' ? String(params.missingProperty) : (instancePath.split('/')[1] ?? '')
    const { description = '', secret } = (config.properties[name] ?? {}) as {
      description?: string
      secret?: boolean
    }
    const what =
      keyword === 'required'
        ? 'is required'
        : `${message}${secret ? '' : ` (it is ${JSON.stringify(values[name])})`}`
    return `${name} ${what}. ${description}`.trim()
  })
}
