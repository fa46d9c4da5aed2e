/** Owns the way of a request through the API: match, authenticate, allow, run; failures become problem documents. */
import type { HttpApp, Incoming, Reply } from '@/lib/http/exchange'

/** Whether a request target belongs to the API; all else is Next's. */
export function isApiTarget(target: string): boolean {
  return target === '/api' || target.startsWith('/api/') || target.startsWith('/api?')
}

/** Answers any request under `/api`; never throws. */
export async function dispatch(_app: HttpApp, _incoming: Incoming): Promise<Reply> {
  return { status: 404 }
}
