import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** Stands before the gateways as a load balancer does: each request goes to one that takes work. */
export interface Balancer {
  readonly url: string
  /** From now on requests go there; those under way end where they began. */
  turnTo(address: string): void
  close(): Promise<void>
}

export async function openBalancer(address: string): Promise<Balancer> {
  let [host, port] = address.split(':')
  const pass = (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method, url: path, headers } = incoming
    // A connection for each request: none is lost with an idle one that ends at that moment.
    const outgoing = request({ host, port, method, path, headers, agent: false }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers)
      // A reply that breaks off breaks off for whoever asked, too.
      pipeline(reply, answer, () => {})
    })
    outgoing.once('error', (error) => {
      if (answer.headersSent) answer.destroy()
      else answer.writeHead(502).end(`The gateway did not answer: ${error.message}`)
    })
    incoming.pipe(outgoing)
  }
  const server = createServer(pass)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const own = server.address()
  return {
    url: `http://127.0.0.1:${typeof own === 'object' && own ? own.port : 0}`,
    turnTo: (next) => {
      ;[host, port] = next.split(':')
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
