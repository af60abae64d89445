import type { Mailer } from './mailer.ts'
import type { Render } from './templates.ts'

/** What the handlers of notifications find in `context.own`. */
export interface Own {
  readonly render: Render
  /** None without a mail server: the inbox shows what would be sent. */
  readonly mailer?: Mailer
  /** Address of the shop in links. */
  readonly publicUrl: string
  /** Whether everyone may read what was sent: in development only. */
  readonly inbox: boolean
}
