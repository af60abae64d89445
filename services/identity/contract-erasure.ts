import { event, type OperationSpec } from '@rialto/kit/contract'
import { Email, Empty, Id, input, Type } from '@rialto/kit/schema'
import { signInAgain, wrongPassword } from './contract-passwords.ts'
import { wrongCode } from './contract-second-factor.ts'
import { PresentPassword } from './contract-shapes.ts'

/** A customer is to be forgotten: each service does its part, and keeps no more than the law wants. */
export const customerErased = event(
  'customer.erased',
  1,
  Type.Object({ customerId: Id('cust'), email: Email }),
)

export const erasureEvents = [customerErased]

export const erasureOperations = {
  eraseAccount: {
    method: 'POST',
    path: '/me/erasure',
    access: 'customer',
    limit: 'auth',
    summary: 'Erase the own account, and what the shop knows of its owner',
    description:
      'Orders stay for the books, without name, address and e-mail, once they are delivered or cancelled.',
    body: input({
      password: PresentPassword,
      code: Type.Optional(
        Type.String({ minLength: 6, maxLength: 40, description: 'Where a second factor is on' }),
      ),
    }),
    reply: { 204: Empty },
    problems: [wrongPassword, signInAgain, wrongCode],
    idempotent: false,
  },
  eraseCustomer: {
    method: 'DELETE',
    path: '/customers/:id',
    access: 'staff:customers',
    summary: 'Erase a customer’s account, and what the shop knows of its owner',
    reply: { 204: Empty },
  },
} as const satisfies Record<string, OperationSpec>
