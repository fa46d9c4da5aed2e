/** Owns the API inside the Next app, so that it is complete without our own server; the routes are in lib/http. */
import { handleWebRequest } from '@/lib/http/web-door'
import { getApp } from '@/lib/runtime/app'

export const dynamic = 'force-dynamic'

async function handle(request: Request): Promise<Response> {
  return handleWebRequest(await getApp(), request)
}

export const GET = handle
export const HEAD = handle
export const OPTIONS = handle
export const POST = handle
export const PUT = handle
export const PATCH = handle
export const DELETE = handle
