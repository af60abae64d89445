import { type ApiCall, createClient, type Send } from '@rialto/sdk'
import type { FastifyInstance } from 'fastify'

/**
 * A new guest who comes in at the door without a socket, so that what is done for the guest is done here. Hears of the bytes of
 * each answer, head and body.
 */
export function openGuest(app: FastifyInstance, answered: (bytes: number) => void): ApiCall {
  const cookies = new Map<string, string>()
  const send: Send = async ({ method, path, headers, body }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const reply = await app.inject({
      method: method as 'GET',
      url: path,
      headers: { ...headers, ...(cookie && { cookie }) },
      payload: body as string | undefined,
    })
    for (const { name, value } of reply.cookies) cookies.set(name, value)
    const head = Object.entries(reply.headers).map(([name, value]) => `${name}: ${value}\r\n`)
    answered(Buffer.byteLength(head.join('')) + reply.rawPayload.length)
    return { status: reply.statusCode, headers: new Headers(), text: reply.body }
  }
  return createClient({ send })
}
