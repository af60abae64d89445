export { type ApiCall, type CallOptions, type ClientOptions, createClient } from './client.ts'
export { every } from './every.ts'
export { ApiProblem, isProblem, type KnownProblem } from './problems.ts'
export { type Send, sendByFetch } from './send.ts'
