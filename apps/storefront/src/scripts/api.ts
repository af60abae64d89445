import { createClient, createWatch, sendByFetch } from '@rialto/sdk'

// The public API as the visitor of the page; cookies go along by themselves.

export const call = createClient({ send: sendByFetch() })

export const watch = createWatch()
