/** Accounts of the demo shop. They are known to everyone, so they are never made in production. */
export const demoAccounts = {
  RIALTO_ADMIN_EMAIL: 'admin@rialto.example',
  RIALTO_ADMIN_PASSWORD: 'rialto-demo-admin',
  SANDBOX_WAREHOUSE: 'true',
  customerEmail: 'ada@rialto.example',
  customerPassword: 'rialto-demo-ada',
} as const
