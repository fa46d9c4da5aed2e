/** Owns answering signed links: GET shows what one would do and never does it, POST does it. */
import { ANONYMOUS } from '@/lib/access/principal'
import type { Exchange, Handler, Reply } from '@/lib/http/exchange'
import { LINK_PAGE_POLICY, type LinkPage, linkPage } from '@/lib/http/signed-link-page'
import { followLink, inspectLink } from '@/lib/services/alerts/signed-links'

export const showLinkHandler: Handler = async (app, exchange) =>
  htmlReply(linkPage(await inspectLink(app.contextFor(ANONYMOUS), tokenOf(exchange))))

/** What was done is shown by the page of the link itself, so that reloading it does nothing again. */
export const followLinkHandler: Handler = async (app, exchange) => {
  const token = tokenOf(exchange)
  const before = await inspectLink(app.contextFor(ANONYMOUS), token)
  const after = linkPage(await followLink(app.contextFor(ANONYMOUS), token))
  if (before.state !== 'ready' || after.status !== 200) return htmlReply(after)
  return { status: 303, headers: { location: `/act/${token}` } }
}

function tokenOf({ params }: Exchange): string {
  return params.token ?? ''
}

function htmlReply({ status, html }: LinkPage): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': LINK_PAGE_POLICY,
    'x-robots-tag': 'noindex',
  }
  return { status, headers, body: html }
}
