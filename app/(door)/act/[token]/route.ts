/** Owns the page of a signed link inside the Next app, so that it is complete without our own server; the page is in lib/http. */
import { handleWebRequest } from '@/lib/http/web-door'
import { getApp } from '@/lib/runtime/app'

export const dynamic = 'force-dynamic'

async function handle(request: Request): Promise<Response> {
  return handleWebRequest(await getApp(), request)
}

export const GET = handle
export const HEAD = handle
export const POST = handle
