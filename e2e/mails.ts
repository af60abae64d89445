import { until } from '@rialto/kit/until'
import { type Delivery, notifications } from '@rialto/notifications/contract'
import type { ApiCall } from '@rialto/sdk'

/** The newest mail of a template to somebody, as its reader gets it, once it is there. */
export async function mailTo(call: ApiCall, to: string, template: string): Promise<Delivery> {
  const { id } = await until(`${to} has a mail: ${template}`, async () => {
    const { items } = await call(notifications.listInbox, { to })
    return items.find((mail) => mail.template === template)
  })
  return call(notifications.getInboxMessage, { id })
}

/** The path to which the link of a mail leads. */
export function linkIn({ text }: Delivery, path: string): string {
  const address = text.match(/https?:\/\/\S+/g)?.find((link) => new URL(link).pathname === path)
  if (address === undefined) throw new Error(`The mail has no link to ${path}:\n${text}`)
  const { pathname, search } = new URL(address)
  return pathname + search
}

/** The token in the link of a mail. */
export function tokenIn(mail: Delivery, path: string): string {
  return new URL(linkIn(mail, path), 'http://shop.invalid').searchParams.get('token') ?? ''
}
