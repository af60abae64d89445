import { Agent, request } from 'node:http'

/** One shopper: a connection that is kept, and the cookies it was given. */
export interface Shopper {
  send<Reply>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Reply }>
}

export function newShopper(url: string, agent: Agent): Shopper {
  const { hostname, port } = new URL(url)
  const cookies = new Map<string, string>()
  return {
    send: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? '' : JSON.stringify(body)
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const sent = {
          ...headers,
          ...(cookie && { cookie }),
          ...(text && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(text)),
          }),
        }
        const outgoing = request(
          { agent, hostname, port, method, path: `/api${path}`, headers: sent },
          (reply) => {
            const chunks: Buffer[] = []
            reply.on('data', (chunk) => chunks.push(chunk))
            reply.on('end', () => {
              for (const line of reply.headers['set-cookie'] ?? []) remember(cookies, line)
              const received = Buffer.concat(chunks).toString()
              resolve({ status: reply.statusCode ?? 0, body: received ? JSON.parse(received) : null })
            })
          },
        )
        outgoing.on('error', reject)
        outgoing.end(text)
      }),
  }
}

export function keepAlive(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections })
}

export const address = {
  name: 'Ada Lovelace',
  line1: 'Torstr. 1',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
}

export interface Bought {
  readonly status: number
  readonly code?: string
  readonly orderId?: string
}

interface CartReply {
  readonly quote: { readonly currency: string; readonly total: number }
  readonly deliveryOptions: readonly { readonly methodId: string }[]
}

/** A whole purchase through the public API: cart, address, delivery, card, order. */
export async function buy(shopper: Shopper, variantId: string, key: string): Promise<Bought> {
  const added = await shopper.send<CartReply & { code?: string }>('POST', '/cart/items', { variantId })
  if (added.status !== 200) return { status: added.status, code: added.body.code }
  const placed = await shopper.send<CartReply>('PUT', '/cart/delivery', {
    email: 'ada@shop.example',
    address,
  })
  const deliveryMethodId = placed.body.deliveryOptions[0]?.methodId
  const ready = await shopper.send<CartReply>('PUT', '/cart/delivery', { deliveryMethodId })
  const card = await shopper.send<{ token: string }>('POST', '/sandbox-gateway/tokens', {
    number: '4242424242424242',
    expiry: '12/34',
    cvc: '123',
  })
  const { currency, total } = ready.body.quote
  const order = {
    expectedTotal: { amount: total, currency },
    payment: { gateway: 'sandbox', token: card.body.token },
  }
  const { status, body } = await shopper.send<{ code?: string; status?: string; orderId?: string }>(
    'POST',
    '/checkouts',
    order,
    { 'idempotency-key': key },
  )
  return { status, code: body.code ?? body.status, orderId: body.orderId }
}

function remember(cookies: Map<string, string>, line: string): void {
  const [pair = ''] = line.split(';')
  const [name = '', value = ''] = pair.split('=')
  cookies.set(name, value)
}
