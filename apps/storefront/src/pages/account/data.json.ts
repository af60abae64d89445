import type { APIRoute } from 'astro'
import { seeOther } from '../../lib/forms.ts'
import { ownData } from '../../lib/own-data.ts'

export const GET: APIRoute = async ({ locals }) => {
  if (!locals.hasSession) return seeOther('/account/sign-in?to=/account/security')
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': 'attachment; filename="my-data.json"',
    'cache-control': 'no-store',
  }
  return new Response(JSON.stringify(await ownData(locals), null, 2), { headers })
}
