/** Owns the routes of signed links, which act for whoever holds them: the link is the credential. */
import { followLinkHandler, showLinkHandler } from '@/lib/http/handlers/signed-links'
import type { Route } from '@/lib/http/route'

export const SIGNED_LINK_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/act/{token}',
    access: 'public',
    summary: 'What a signed link from a message would do; changes nothing',
    produces: ['text/html'],
    handler: showLinkHandler,
  },
  {
    method: 'POST',
    path: '/act/{token}',
    access: 'public',
    summary:
      'Do what a signed link from a message says, to one alert or all it told of: acknowledge, silence, or mark as a false alarm',
    produces: ['text/html'],
    handler: followLinkHandler,
  },
]
