import type { Actor } from '@rialto/kit/access'
import { type Broker, createLocalBroker } from '@rialto/kit/broker'
import { createCall, type Find } from '@rialto/kit/client'
import { newRequestId } from '@rialto/kit/id'
import { type Mounted, type MountOptions, mount, stopAll } from '@rialto/kit/mount'
import type { Service } from '@rialto/kit/service'
import { readSettings } from '@rialto/kit/settings'
import { silent } from '@rialto/kit/telemetry'
import type { ApiCall } from '@rialto/sdk'
import { loadServices, serviceNames } from '../../services.ts'
import { type Background, createBackground } from './background.ts'
import { beginLife, type Life } from './life.ts'
import { openMortal } from './mortal-database.ts'

/** All services in one process that can be made to die at any point, on databases that outlive it. */
export interface MortalProcess {
  readonly life: Life
  readonly background: Background
  /** Calls the services as somebody would through the public API. */
  as(actor: Actor): ApiCall
  /** Does what the watchdogs do, and takes up whatever lies there to be done, all at once, until nothing does. */
  work(): Promise<void>
  /** Passes on and takes up what lies there to be done, service by service, until nothing does. */
  workInOrder(): Promise<void>
  /** Lets go of everything that is left, also of what a dead one leaves behind. */
  stop(): Promise<void>
}

export interface ProcessOptions {
  readonly urls: Readonly<Record<string, string>>
  readonly now: () => Date
}

const services = await loadServices(serviceNames)
const settings = readSettings(services, {
  RIALTO_SECRET: 'the secret of the crash points, which is long enough',
  RIALTO_ADMIN_EMAIL: 'admin@rialto.example',
  RIALTO_ADMIN_PASSWORD: 'rialto-demo-admin',
  SANDBOX_WAREHOUSE: 'false',
  // A slow machine must not make another story of it.
  PAYMENT_GATEWAY_TIMEOUT_MS: '10000',
})

export async function startMortal({ urls, now }: ProcessOptions): Promise<MortalProcess> {
  const life = beginLife()
  const background = createBackground()
  const broker = mortalBroker(createLocalBroker(), life, background)
  const doors = new Map<string, Mounted>()
  const find = mortalCalls((name) => doors.get(name)?.dispatch, life)
  const limits = { concurrency: 1, poolSize: 3, paceMs: 0 }
  const common = {
    broker,
    find,
    log: silent,
    settings,
    now,
    ...limits,
  }
  const mounting = services.map(async (service) => {
    const { name } = service.contract
    const open: MountOptions['open'] = (options) => openMortal(options, { service: name, life, background })
    const own = { databaseUrl: urls[name] ?? '', open }
    doors.set(name, await mount(mortalService(service, life), { ...common, ...own }))
  })
  await Promise.all(mounting)
  const mounted = services.map(({ contract }) => doors.get(contract.name) as Mounted)
  await Promise.all(mounted.map((one) => one.begin()))
  return {
    life,
    background,
    as: (actor) => (operation, input, options) => {
      const request = { actor, requestId: newRequestId(), deadline: Date.now() + 60_000 }
      return life.doing('the shopper', () => createCall(find, 'gateway', request)(operation, input, options))
    },
    work: () => workAtOnce(mounted, life),
    workInOrder: () => workInOrder(mounted, life, background),
    stop: () => {
      background.free()
      return stopAll(mounted)
    },
  }
}

/** Goes round until a round has changed nothing. */
async function rounds(life: Life, round: () => Promise<void>): Promise<void> {
  let before: number
  do {
    before = life.reached
    await round()
  } while (life.reached > before)
}

async function workAtOnce(mounted: readonly Mounted[], life: Life): Promise<void> {
  await Promise.all(mounted.map((one) => one.look()))
  await rounds(life, async () => {
    for (const { relay } of mounted) relay.kick()
    await Promise.all(mounted.map(({ relay }) => relay.idle()))
    await Promise.all(mounted.map(({ inbox }) => inbox.runDue()))
  })
}

async function workInOrder(mounted: readonly Mounted[], life: Life, background: Background): Promise<void> {
  await rounds(life, async () => {
    for (const { service, relay, inbox } of mounted) {
      const { name } = service.contract
      await background.letGoOn(name, 'events', () => relay.idle())
      await background.letGoOn(name, 'jobs', () => inbox.runDue())
    }
  })
}

/** Every call sent, and every call answered. */
function mortalCalls(find: Find, life: Life): Find {
  return (name) => {
    const dispatch = find(name)
    if (!dispatch) return undefined
    return async (operation, input, request) => {
      const asked = `${name}.${operation.name}`
      life.reach(`asks ${asked}`)
      const answer = await life.doing(asked, () => dispatch(operation, input, request))
      life.reach(`has the answer of ${asked}`)
      return answer
    }
  }
}

/** Every event published, and every acknowledgement: by each hearer to the carrier, by the carrier to the teller. */
function mortalBroker(inner: Broker, life: Life, background: Background): Broker {
  return {
    ...inner,
    publish: async (messages) => {
      // One by one, so that the points are the same whether or not events happen to be passed on together.
      for (const message of messages) {
        const { name, source } = message
        await background.mayPass(source)
        await life.doing(`${source} passes on ${name}`, async () => {
          life.reach('and publishes it')
          await inner.publish([message])
          life.reach('and has it acknowledged')
        })
      }
      return []
    },
    subscribe: (service, names, hearer) =>
      inner.subscribe(service, names, {
        ...hearer,
        deliver: (messages) =>
          life.doing(`${service} hears ${messages.map(({ name }) => name).join(', ')}`, async () => {
            await hearer.deliver(messages)
            life.reach('and acknowledges it')
          }),
      }),
  }
}

/** The service with its jobs and looks under their names, and with every request to a payment gateway a point. */
function mortalService(service: Service, life: Life): Service {
  const { name } = service.contract
  const jobs = service.jobs.map((job) => ({
    ...job,
    perform: (...given: Parameters<typeof job.perform>) =>
      life.doing(`${name} does ${job.job.name}`, () => job.perform(...given)),
  }))
  const watches = service.watches.map((watch) => ({
    ...watch,
    look: (...given: Parameters<typeof watch.look>) =>
      life.doing(`${name} looks`, () => watch.look(...given)),
  }))
  const open: Service['open'] = async (opened) => {
    const own = await service.open?.(opened)
    if (name === 'webhooks') return withoutSending(own as OwnOfWebhooks)
    return name === 'payments' ? withMortalGateways(own as OwnOfPayments, life) : own
  }
  return { ...service, jobs, watches, open }
}

interface OwnOfWebhooks {
  readonly sender: object
}

/** What is to be sent is recorded, which has points; sending goes on beside, at no time that a story could name. */
function withoutSending(own: OwnOfWebhooks): OwnOfWebhooks {
  return { ...own, sender: { ...own.sender, look: async () => {}, lookAfter: () => {} } }
}

interface OwnOfPayments {
  readonly gateways: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const deeds = ['authorize', 'capture', 'void', 'refund', 'status']

function withMortalGateways(own: OwnOfPayments, life: Life): OwnOfPayments {
  const gateways = Object.entries(own.gateways).map(([title, gateway]) => {
    const mortal = deeds.map((deed) => {
      const call = gateway[deed] as (...given: unknown[]) => Promise<unknown>
      const around = async (...given: unknown[]) => {
        life.reach(`asks the gateway to ${deed}`)
        const answer = await life.doing(`the gateway at ${deed}`, () => call(...given))
        life.reach(`has the gateway’s answer to ${deed}`)
        return answer
      }
      return [deed, around] as const
    })
    return [title, { ...gateway, ...Object.fromEntries(mortal) }] as const
  })
  return { ...own, gateways: Object.fromEntries(gateways) }
}
