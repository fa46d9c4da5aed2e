/** Owns `/metrics` inside the Next app, so that it is complete without our own server; the route is in lib/http. */
import { handleWebRequest } from '@/lib/http/web-door'
import { getApp } from '@/lib/runtime/app'

export const dynamic = 'force-dynamic'

export async function GET(request: Request): Promise<Response> {
  return handleWebRequest(await getApp(), request)
}
