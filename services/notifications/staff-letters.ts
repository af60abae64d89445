import type { Letter } from './templates.ts'

// What is written to staff, decided purely.

/** Where a webhook leads is not said: its address may hold a token. */
export function webhookDisabledLetter(
  { webhookId, because }: { readonly webhookId: string; readonly because: string },
  publicUrl: string,
): Letter {
  const reason =
    because === 'gone' ? 'its address answered that it is gone for good' : 'its address took nothing for days'
  const values = {
    heading: 'A webhook is disabled',
    lead: `The shop sends nothing to the webhook ${webhookId} any more: ${reason}.`,
    action: 'How it is enabled again',
    url: `${publicUrl}/docs`,
    note: 'Mend what receives it, enable the webhook again (changeWebhook), and then have sent again what it missed (replayWebhookDeliveries).',
  }
  return { template: 'action', subject: 'A webhook is disabled', values }
}
