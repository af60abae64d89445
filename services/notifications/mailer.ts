import { histogram } from '@rialto/kit/metrics'
import { inSpan } from '@rialto/kit/trace'

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

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 }

/** Sends by SMTP. The id becomes the Message-ID, by which a mail server recognises a repeat. */
export async function smtpMailer(url: string, from: string): Promise<Mailer> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({ url, pool: true, maxConnections: 4, ...timeouts })
  const domain = from.split('@').at(-1)?.replace('>', '') ?? 'localhost'
  return {
    send: async ({ id, ...mail }) => {
      await measured(() => transport.sendMail({ ...mail, from, messageId: `<${id}@${domain}>` }))
    },
    close: () => transport.close(),
  }
}

const seconds = histogram('rialto_mail_duration_seconds', 'Mails handed to the mail server', ['outcome'])

/** Whom it goes to and what it says is nobody's business. */
async function measured(send: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now()
  const done = (outcome: string) => seconds(outcome).record((performance.now() - startedMs) / 1_000)
  try {
    await inSpan({ name: 'send mail', kind: 'client', service: 'notifications' }, send)
    done('ok')
  } catch (error) {
    done(isRefusedForGood(error) ? 'refused' : 'failed')
    throw error
  }
}

/** Whether the server refused this address for good, so that asking again is of no use. */
export function isRefusedForGood(error: unknown): boolean {
  const { code, responseCode } = error as { code?: string; responseCode?: number }
  return code === 'EENVELOPE' && responseCode !== undefined && responseCode >= 500
}
