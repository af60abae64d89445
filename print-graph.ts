import { printGraph } from '@rialto/gateway/graph'
import { contracts } from './contracts.ts'

// npm run --silent graph > schema.graphql: the GraphQL schema of the shop, for the tools of whoever asks it.

process.stdout.write(printGraph(contracts))
