import type { App } from '@rialto/kit/app-build'

export const consoleApp: App = { root: import.meta.dirname, trees: ['src'], files: ['index.html'] }
