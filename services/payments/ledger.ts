import type { LedgerEntry } from './contract.ts'
import type { StoredPayment } from './payment.ts'

type Account = LedgerEntry['account']
type Kind = LedgerEntry['kind']

/** One side of a posting. The posting's name keeps it from being booked twice. */
export interface Side {
  readonly posting: string
  readonly kind: Kind
  readonly account: Account
  readonly debit: number
  readonly credit: number
}

/**
 * What is booked when a payment has moved on. A hold stands on `authorized`, owed by the customer; capture
 * ends it and makes it the gateway's debt to the shop; refunds lessen that debt.
 */
export function postings(before: StoredPayment, after: StoredPayment): Side[] {
  const { amount } = before
  const held = before.status === 'authorized'
  if (before.status === after.status) return []
  switch (after.status) {
    case 'authorized':
      return hold(amount)
    case 'captured':
      return [...(held ? [] : hold(amount)), ...capture(amount)]
    case 'voided':
      return held ? book('void', 'void', amount, ['customer', 'authorized']) : []
    default:
      return []
  }
}

export function refundPosting(refundId: string, amount: number): Side[] {
  return book(refundId, 'refund', amount, ['refunds', 'gateway'])
}

function hold(amount: number): Side[] {
  return book('authorize', 'authorize', amount, ['authorized', 'customer'])
}

function capture(amount: number): Side[] {
  return [
    ...book('capture', 'capture', amount, ['customer', 'authorized']),
    ...book('capture', 'capture', amount, ['gateway', 'revenue']),
  ]
}

function book(posting: string, kind: Kind, amount: number, [debtor, creditor]: [Account, Account]): Side[] {
  if (amount === 0) return []
  return [
    { posting, kind, account: debtor, debit: amount, credit: 0 },
    { posting, kind, account: creditor, debit: 0, credit: amount },
  ]
}
