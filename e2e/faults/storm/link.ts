import { once } from 'node:events'
import { createServer, connect as dial, type NetConnectOpts, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from './random.ts'

/** A place between two ends of TCP connections, at which they can be cut, slowed, or go silent. */
export interface Link {
  readonly port: number
  /** Connections that go through now. */
  readonly connections: number
  /** Breaks off connections, each of them with this probability. */
  cut(share: number, random: Random): void
  /** From now on, everything takes so much longer. */
  slow(ms: number): void
  /** From now on, nothing gets through; what is sent meanwhile arrives when it is over. */
  silence(): void
  /** Everything is well again. */
  heal(): void
  close(): Promise<void>
}

/** Listens on a free port and passes on what comes. Where there is no target just now, connections are refused. */
export async function openLink(target: () => NetConnectOpts | undefined): Promise<Link> {
  const pairs = new Set<Pair>()
  let delayMs = 0
  let silent: PromiseWithResolvers<void> | undefined
  const passage = async () => {
    if (delayMs > 0) await pause(delayMs)
    await silent?.promise
  }
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    const options = target()
    if (!options) return near.resetAndDestroy()
    const pair = join(near, dial({ ...options, noDelay: true, allowHalfOpen: true }), passage)
    pairs.add(pair)
    void pair.ended.then(() => pairs.delete(pair))
  })
  const port = await listen(server)
  const heal = () => {
    delayMs = 0
    silent?.resolve()
    silent = undefined
  }
  return {
    port,
    get connections() {
      return pairs.size
    },
    cut: (share, random) => {
      for (const pair of pairs) if (random.chance(share)) pair.cut()
    },
    slow: (ms) => {
      delayMs = ms
    },
    silence: () => {
      silent ??= Promise.withResolvers()
    },
    heal,
    close: async () => {
      heal()
      const closed = once(server, 'close')
      server.close()
      for (const pair of pairs) pair.cut()
      await closed
    },
  }
}

interface Pair {
  readonly ended: Promise<unknown>
  cut(): void
}

function join(near: Socket, far: Socket, passage: () => Promise<void>): Pair {
  const cut = () => {
    breakOff(near)
    breakOff(far)
  }
  near.on('error', cut)
  far.on('error', cut)
  const ended = Promise.all([closed(near), closed(far)])
  pass(near, far, passage).catch(cut)
  pass(far, near, passage).catch(cut)
  return { ended, cut }
}

async function pass(from: Socket, to: Socket, passage: () => Promise<void>): Promise<void> {
  for await (const chunk of from) {
    await passage()
    if (!to.write(chunk)) await once(to, 'drain')
  }
  await passage()
  to.end()
}

/** Without a goodbye, where that is possible: not on a Unix socket, nor before it is connected, nor after a goodbye. */
function breakOff(socket: Socket): void {
  if (socket.remoteFamily === undefined || socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

function closed(socket: Socket): Promise<unknown> {
  return new Promise((resolve) => socket.once('close', resolve))
}

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
