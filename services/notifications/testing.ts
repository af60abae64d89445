import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Order } from '@rialto/orders/contract'

const at = '2026-03-01T10:00:00.000Z'
const address = {
  name: 'Ada <b>Lovelace</b>',
  line1: 'Torstr. 1',
  city: 'Berlin',
  postalCode: '10119',
  country: 'DE',
}
export const order = (id: string): Order => ({
  id,
  number: `R-${id}`,
  checkoutId: 'chk',
  ownerId: 'cust',
  email: 'ada@shop.example',
  status: 'processing',
  paymentStatus: 'paid',
  fulfilmentStatus: 'none',
  currency: 'EUR',
  coupons: [],
  subtotal: 4000,
  discount: -400,
  deliveryName: 'Standard',
  deliveryEarliest: '2026-03-03',
  deliveryLatest: '2026-03-05',
  deliveryTotal: 490,
  tax: 653,
  total: 4090,
  captured: 4090,
  refunded: 0,
  shippingAddress: address,
  billingAddress: address,
  fulfilments: [],
  refunds: [],
  timeline: [],
  placedAt: at,
  version: 1,
  lines: [
    {
      id: 'line',
      variantId: 'var',
      title: 'Mug <script>',
      variantTitle: 'Red',
      handle: 'mug',
      quantity: 2,
      unitPrice: 2000,
      discount: -400,
      tax: 575,
      taxRate: 19,
      total: 3600,
      fulfilled: 0,
    },
  ],
})
export const placed = (id: string) => ({ orderId: id, checkoutId: 'chk', cartId: 'cart', order: order(id) })

export interface MailServer {
  readonly port: number
  /** What it was sent, as it came. */
  readonly taken: string[]
  /** What it says to a recipient instead of taking the mail. */
  answer: string | undefined
  close(): void
}

/** As much SMTP as a delivery needs. */
export async function mailServer(): Promise<MailServer> {
  const open = new Set<Socket>()
  const state: MailServer = { port: 0, taken: [], answer: undefined, close: () => {} }
  const server = createServer((socket) => {
    open.add(socket.on('close', () => open.delete(socket)).on('error', () => {}))
    let mail: string | undefined
    socket.write('220 test\r\n')
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (mail === undefined) {
        if (/^DATA/i.test(text)) mail = ''
        socket.write(`${answerTo(text, state.answer)}\r\n`)
        return
      }
      mail += text
      if (!mail.endsWith('\r\n.\r\n')) return
      state.taken.push(mail)
      mail = undefined
      socket.write('250 taken\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  })
}

function answerTo(command: string, toRecipient = '250 ok'): string {
  if (/^RCPT/i.test(command)) return toRecipient
  if (/^DATA/i.test(command)) return '354 go on'
  return /^QUIT/i.test(command) ? '221 bye' : '250 ok'
}
