import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareBuild } from '@rialto/kit/app-build'
import type { ApiCall } from '@rialto/sdk'
import { storefrontApp } from './app.ts'
import { serveAssets } from './assets.ts'

/** What the host tells a page: the API as its visitor, and whether the visitor may have a cart at all. */
export interface PageLocals {
  readonly call: ApiCall
  readonly hasSession: boolean
  readonly hasGuest: boolean
  readonly requestId: string
}

export type Pages = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
  locals: PageLocals,
) => void

/**
 * Builds the pages into `outDir`, unless there or beside the code is a build of these very sources. What renders them is
 * loaded when the first one is asked for, so that the API opens without waiting for it.
 */
export async function prepareStorefront({ outDir }: { outDir: string }): Promise<Pages> {
  const built = await prepareBuild(storefrontApp, outDir)
  const assets = await serveAssets(join(built, 'client'))
  const entry = pathToFileURL(join(built, 'server/entry.mjs')).href
  let loading: Promise<{ readonly handler: Pages }> | undefined
  return (request, response, next, locals) => {
    if (assets(request, response)) return
    // Only the Host header tells where the shop is reached; pages must not be led elsewhere by a visitor.
    delete request.headers['x-forwarded-host']
    delete request.headers['x-forwarded-port']
    loading ??= import(entry).catch((error) => {
      loading = undefined
      throw error
    })
    loading.then(({ handler }) => handler(request, response, next, locals)).catch(next)
  }
}
