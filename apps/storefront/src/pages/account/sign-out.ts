import type { APIRoute } from 'astro'
import { signOut } from '../../lib/account-page.ts'
import { seeOther } from '../../lib/forms.ts'

export const POST: APIRoute = async ({ locals }) => seeOther(await signOut(locals))

export const GET: APIRoute = () => seeOther('/account')
