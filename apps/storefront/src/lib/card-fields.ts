/** What a card is made of, as the gateway names it. */
export const cardFields = ['number', 'expiry', 'cvc'] as const
