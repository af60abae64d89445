import type { App } from '@rialto/kit/app-build'

export const storefrontApp: App = { root: import.meta.dirname, trees: ['src', 'public'], files: [] }
