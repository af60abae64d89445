import type { Database } from '@rialto/kit/database'
import { ticketExpired } from '../contract.ts'
import type { Own } from '../own.ts'
import type { Kept, Ticket } from './ticket.ts'
import { noteUse } from './ticket-store.ts'

/**
 * Uses a ticket up before anything else is done with it, so that each answer of a provider or a device is looked at once,
 * also when it is a wrong one.
 */
export async function useTicket<Kind extends Ticket['kind']>(
  { own, database, now }: { own: Pick<Own, 'tickets'>; database: Database; now: () => Date },
  text: string | undefined,
  kind: Kind,
): Promise<Kept<Kind>> {
  const ticket = text === undefined ? undefined : own.tickets.read(text, kind, now())
  if (!ticket) throw expired()
  const use = { id: ticket.id, expiresAt: new Date(ticket.until), now: now() }
  if (!(await noteUse(database, use))) throw expired()
  return ticket
}

function expired() {
  return ticketExpired('It took too long, or was done already. Begin anew.')
}
