import type { Context } from '@rialto/kit/service'
import { hasHadMethods, insertMethods, type MethodDetails } from './method-store.ts'
import type { Own } from './own.ts'

/** Gives a new shop methods to start with; one whose staff removed them all is left as it is. */
export async function prepare({ database, own, newId }: Context<Own>): Promise<void> {
  await database.transaction(async (tx) => {
    if (await hasHadMethods(tx)) return
    const methods = startingMethods(own.currency)
    await insertMethods(
      tx,
      methods.map((details) => ({ id: newId('ship'), ...details, version: 1 })),
    )
    own.methods.changes(tx)
  })
}

const europeanUnion =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')
const elsewhere = 'AE AU BR CA CH CL GB HK IL IN IS JP KR LI MX NO NZ RS SG TR TW UA US ZA'.split(' ')

/** What one person carries to a door, by the rules of most carriers. */
const parcelLimitGrams = 31_500

export function startingMethods(currency: string): MethodDetails[] {
  const times = { cutOffHour: 14, handlingDays: 0 }
  return [
    {
      name: 'Standard',
      description: 'To your door',
      countries: europeanUnion,
      rate: { kind: 'flat', price: { amount: 490, currency } },
      freeFrom: 6000,
      maxWeightGrams: parcelLimitGrams,
      ...times,
      transitDaysMin: 2,
      transitDaysMax: 4,
      position: 1,
    },
    {
      name: 'Express',
      description: 'On the next working day',
      countries: europeanUnion,
      rate: { kind: 'flat', price: { amount: 990, currency } },
      maxWeightGrams: parcelLimitGrams,
      ...times,
      transitDaysMin: 1,
      transitDaysMax: 1,
      position: 2,
    },
    {
      name: 'Freight',
      description: 'Two people bring it to the room of your choice',
      countries: europeanUnion,
      rate: { kind: 'flat', price: { amount: 3900, currency } },
      minWeightGrams: parcelLimitGrams + 1,
      ...times,
      transitDaysMin: 4,
      transitDaysMax: 9,
      position: 3,
    },
    {
      name: 'Worldwide',
      description: 'Tracked to your door',
      countries: elsewhere,
      rate: { kind: 'by-weight', price: { amount: 1290, currency }, perKilogram: 600 },
      maxWeightGrams: 30_000,
      ...times,
      transitDaysMin: 5,
      transitDaysMax: 10,
      position: 4,
    },
  ]
}
