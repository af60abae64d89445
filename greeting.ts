import { WrongSettings } from '@rialto/kit/settings'
import { demoAccounts } from './demo-accounts.ts'
import type { ProcessSettings } from './platform-settings.ts'

/** What whoever has opened a shop wants to know: where it is, and whom to be. */
export function greeting(url: string, settings: ProcessSettings, tookMs: number): string {
  const accounts = settings.RIALTO_DEMO && settings.NODE_ENV !== 'production' ? accountsText(url) : ''
  return `
Rialto is open after ${(tookMs / 1000).toFixed(1)} s.

  Shop       ${url}
  Console    ${url}/console      for staff
  API        ${url}/api      reference: ${url}/docs      OpenAPI: ${url}/openapi.json
${accounts}
Stop it with Ctrl-C.
`
}

/** Why it did not start, and what to do about it. */
export function explainStart(error: unknown): string {
  if (error instanceof WrongSettings) return error.message
  const { code, message, stack } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return `The port is in use. Stop the other program, or choose another: PORT=3001 npm start`
  if (code === 'EACCES')
    return `Not permitted: ${message}. Choose a port above 1023, or a folder you may write with RIALTO_DATA.`
  return process.env.LOG_LEVEL === 'debug' ? (stack ?? message) : message
}

function accountsText(url: string): string {
  return `  Mail       ${url}/inbox

  Customer   ${demoAccounts.customerEmail} / ${demoAccounts.customerPassword}
  Staff      ${demoAccounts.RIALTO_ADMIN_EMAIL} / ${demoAccounts.RIALTO_ADMIN_PASSWORD}
  Coupons    WELCOME10 (10 %), FREESHIP (free delivery)
  Cards      4242 4242 4242 4242 approved · 4000 0000 0000 0002 declined
             4000 0000 0000 3220 3-D Secure · 4000 0000 0000 0119 timeout
`
}
