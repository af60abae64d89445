import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { TObject } from 'typebox'

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
  new Ajv({ coerceTypes: 'array', allErrors: true, strict: false, meta: false, validateSchema: false }),
)

/**
 * Reads the settings of all given services from environment variables. Names they do not declare are left
 * alone. An empty variable counts as absent. Throws `WrongSettings` with all faults at once.
 */
export function readSettings(
  of: readonly Configured[],
  environment: Record<string, string | undefined>,
): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  const faults: string[] = []
  for (const { config } of of) {
    if (!config) continue
    const given = Object.fromEntries(
      Object.keys(config.properties).flatMap((name) =>
        environment[name] ? [[name, environment[name]]] : [],
      ),
    )
    const values = { ...defaultsOf(config), ...given }
    const validate = ajv.compile(ofGiven(config, given))
    if (!validate(values)) faults.push(...faultsOf(config, values, validate.errors ?? []))
    Object.assign(settings, values)
  }
  if (faults.length > 0) throw new WrongSettings([...new Set(faults)])
  return settings
}

function defaultsOf({ properties }: TObject): Record<string, unknown> {
  const all = Object.entries(properties as Record<string, { default?: unknown }>)
  return Object.fromEntries(
    all.flatMap(([name, schema]) => ('default' in schema ? [[name, schema.default]] : [])),
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
