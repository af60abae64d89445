import { openSeal } from '@rialto/kit/seal'
import type { Secrets } from '@rialto/kit/shop-secret'

/** What a step that leads elsewhere, to a provider or to the person's device, has to remember until the next one. */
export type Ticket =
  | {
      readonly kind: 'provider'
      readonly provider: string
      readonly state: string
      readonly nonce: string
      readonly verifier: string
      /** Where the browser is to go then. */
      readonly to?: string
      /** The account to which the provider is to be linked; else somebody signs in. */
      readonly accountId?: string
    }
  | { readonly kind: 'new-passkey'; readonly accountId: string; readonly challenge: string }
  | { readonly kind: 'passkey'; readonly challenge: string }

export type Kept<Kind extends Ticket['kind'] = Ticket['kind']> = Extract<Ticket, { kind: Kind }> & {
  readonly id: string
  readonly until: number
}

/**
 * Seals tickets. They are kept by the browser, not here: whoever begins a thousand sign-ins and ends none leaves
 * nothing behind.
 */
export interface Tickets {
  write(ticket: Ticket, id: string, now: Date): string
  /** Undefined when it is not one of ours, of another kind, or too old. */
  read<Kind extends Ticket['kind']>(text: string, kind: Kind, now: Date): Kept<Kind> | undefined
}

export const ticketMs = 10 * 60_000

export function openTickets(secrets: Secrets): Tickets {
  const seal = openSeal({ purpose: 'tickets', ...secrets })
  return {
    write: (ticket, id, now) =>
      seal.close(JSON.stringify({ ...ticket, id, until: now.getTime() + ticketMs }), ticket.kind),
    read: (text, kind, now) => {
      const opened = unsealed(() => seal.open(text, kind))
      if (opened === undefined) return undefined
      const kept = JSON.parse(opened) as Kept<typeof kind>
      return kept.until > now.getTime() ? kept : undefined
    },
  }
}

/** Whatever cannot be opened was not closed here, which is an answer and no fault. */
function unsealed(open: () => string): string | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof Error && /cannot be opened/.test(error.message)) return undefined
    throw error
  }
}
