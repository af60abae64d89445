/** What an installation is told; nothing is looked up, so the same settings make the same templates everywhere. */
export interface Settings {
  readonly account: string
  readonly region: string
  /** Three zones of the region. */
  readonly zones: readonly [string, string, string]
  /** Address of the shop, such as shop.example. */
  readonly domain: string
  /** Of the zone in Route 53 that the domain is in. */
  readonly hostedZone: { readonly id: string; readonly name: string }
  /** Who is told when an alarm rings. */
  readonly alarmEmail: string
  readonly size: Size
}

export type Size = 'small' | 'standard' | 'large'

/** What a size comes to. Capacity of databases is in Aurora's units, of 2 GiB each. */
export interface Scale {
  readonly natGateways: 1 | 3
  readonly databases: {
    readonly leastUnits: number
    readonly mostUnits: number
    readonly readers: number
    readonly backupDays: number
  }
  readonly cacheGigabytes: number
  /** Requests of one address in five minutes before the firewall refuses more. */
  readonly requestsOfAddress: number
}

export const scales: Readonly<Record<Size, Scale>> = {
  small: {
    natGateways: 1,
    databases: { leastUnits: 0.5, mostUnits: 4, readers: 0, backupDays: 7 },
    cacheGigabytes: 1,
    requestsOfAddress: 10_000,
  },
  standard: {
    natGateways: 3,
    databases: { leastUnits: 1, mostUnits: 32, readers: 1, backupDays: 14 },
    cacheGigabytes: 5,
    requestsOfAddress: 20_000,
  },
  large: {
    natGateways: 3,
    databases: { leastUnits: 8, mostUnits: 128, readers: 2, backupDays: 35 },
    cacheGigabytes: 20,
    requestsOfAddress: 50_000,
  },
}

/** Wrong settings; the message names each and what to give. */
export class WrongSettings extends Error {}

/** Reads settings from the environment. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const wrong: string[] = []
  const take = (name: string, form: RegExp, hint: string): string => {
    const value = environment[name] ?? ''
    if (!form.test(value)) wrong.push(`${name}: give ${hint}.`)
    return value
  }
  const settings = {
    account: take('AWS_ACCOUNT', /^\d{12}$/, 'the twelve digits of the account'),
    region: take('AWS_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region, such as eu-central-1'),
    zones: take(
      'AWS_ZONES',
      /^[\w-]+(,[\w-]+){2}$/,
      'three zones, such as eu-central-1a,eu-central-1b,eu-central-1c',
    ),
    domain: take('SHOP_DOMAIN', /^[\w-]+(\.[\w-]+)+$/, 'the address of the shop, such as shop.example'),
    zoneId: take('HOSTED_ZONE_ID', /^Z\w+$/, 'the id of the zone in Route 53, such as Z0123456789'),
    zoneName: take('HOSTED_ZONE_NAME', /^[\w-]+(\.[\w-]+)*$/, 'the name of that zone, such as example'),
    alarmEmail: take('ALARM_EMAIL', /^\S+@\S+$/, 'the address that alarms go to'),
    size: take('SIZE', /^(small|standard|large)$/, 'small, standard or large'),
  }
  if (wrong.length > 0) throw new WrongSettings(wrong.join('\n'))
  const { zones, zoneId, zoneName, size, ...rest } = settings
  return {
    ...rest,
    zones: zones.split(',') as [string, string, string],
    hostedZone: { id: zoneId, name: zoneName },
    size: size as Size,
  }
}
