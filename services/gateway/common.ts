import type { Actor } from '@rialto/kit/access'
import { type Call, createCall, type Find } from '@rialto/kit/client'
import type { Operation } from '@rialto/kit/contract'
import { newRequestId } from '@rialto/kit/id'
import { defaultTimeoutMs } from '@rialto/kit/request'
import type { FastifyInstance } from 'fastify'
import { dropOnEvents } from './caching.ts'
import { type Live, openLive } from './live/live.ts'
import type { GatewayOptions } from './options.ts'
import { createReplyCache, type ReplyCache } from './reply-cache.ts'
import { createSessions, type Sessions } from './session.ts'
import { measureKept } from './trace.ts'
import { openLines } from './traffic/room/lines.ts'
import { openWaitingRoom, type WaitingRoom } from './traffic/room/waiting-room.ts'
import { openTraffic, standardTraffic, type Traffic } from './traffic/traffic.ts'

/** What a gateway shares with the one for operations that were learned, which stands behind it. */
export interface Common {
  readonly sessions: Sessions
  readonly cache: ReplyCache
  readonly traffic: Traffic
  readonly live: Live
  readonly room: WaitingRoom
  /** Operations of the one in front. */
  readonly builtIn: readonly Operation[]
}

export async function openCommon(
  app: FastifyInstance,
  options: GatewayOptions,
): Promise<Omit<Common, 'builtIn'>> {
  const { broker, find, log, secret, otherSecret, secure, traffic: settings = standardTraffic() } = options
  const cache = createReplyCache()
  app.addHook('onClose', measureKept(cache))
  dropOnEvents(broker, cache)
  const traffic = await openTraffic(settings, log)
  app.addHook('onClose', traffic.close)
  const live = openLive({ broker, log, settings, terms: options.liveTimes })
  // Before connections are waited for: streams do not end by themselves.
  app.addHook('preClose', async () => live.close())
  const call = ownCall(find)
  const sessions = createSessions({ secret, otherSecret, secure, call })
  const { now } = options
  const lines = await openLines({ url: settings.VALKEY_URL, log, now })
  const callAs = (actor: Actor) => ownCall(find, actor)
  const room = openWaitingRoom({ call, callAs, broker, sessions, lines, log, secret, now })
  // Not waited for: where pricing is away, the shop opens all the same, and the first checkout asks again.
  app.addHook('onReady', async () => void room.look())
  app.addHook('onClose', async () => room.close())
  return { sessions, cache, traffic, live, room }
}

/** The gateway's own calls, such as asking whose session a token is, or those that it makes as the visitor. */
function ownCall(find: Find, actor: Actor = { kind: 'service', name: 'gateway' }): Call {
  return (operation, input, options) => {
    const request = { actor, requestId: newRequestId(), deadline: Date.now() + defaultTimeoutMs }
    return createCall(find, 'gateway', request)(operation, input, options)
  }
}
