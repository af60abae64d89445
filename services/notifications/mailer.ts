import { createTransport } from 'nodemailer'

export interface Mail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Hands a mail over for delivery. Throws when nobody took it; then it is tried again. */
export interface Mailer {
  send(mail: Mail): Promise<void>
  close(): void
}

const timeoutMs = 15_000

/** Sends by SMTP. The id becomes the Message-ID, by which a mail server recognises a repeat. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(url, {
    from,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  } as never)
  const domain = from.split('@').at(-1)?.replace('>', '') ?? 'localhost'
  return {
    send: async ({ id, ...mail }) => {
      await transport.sendMail({ ...mail, from, messageId: `<${id}@${domain}>` })
    },
    close: () => transport.close(),
  }
}

/** Keeps what would be sent: the inbox page shows it. */
export const inboxMailer: Mailer = { send: async () => {}, close: () => {} }
