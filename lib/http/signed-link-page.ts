/** Owns the page behind a signed link: plain HTML without a script, for a phone at night, a mail scanner, and a terminal. */
import { createHash } from 'node:crypto'
import { escapeHtml } from '@/lib/domain/escape-html'
import { deedOf, instant, standingOf, titleOf, wordsOf } from '@/lib/http/signed-link-words'
import type { LinkedAlert } from '@/lib/services/alerts/linked-alerts'
import type { FollowedLink } from '@/lib/services/alerts/signed-links'

/** What is answered: status and document. */
export interface LinkPage {
  readonly status: number
  readonly html: string
}

const STYLE = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1d22;--quiet:#5c6370;--line:#d9dce2;--accent:#1f5fbf;--on:#fff}
@media(prefers-color-scheme:dark){:root{--page:#13151a;--text:#e8eaee;--quiet:#9aa1ad;--line:#363a42;--accent:#7fb0ff;--on:#10131a}}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);overflow-wrap:anywhere}
main{max-width:32rem;margin:10vh auto 3rem;padding:0 1rem}
h1{font-size:1.25rem;line-height:1.35;margin:0 0 .75rem}
p{margin:.5rem 0}
.brand,.quiet{color:var(--quiet);font-size:.875rem}
.brand{font-weight:600;margin-bottom:1.5rem}
blockquote,ol{margin:1rem 0;border-left:3px solid var(--line)}
blockquote{padding-left:.75rem}
ol{padding-left:2.5rem}
li{margin:.75rem 0}
button{min-height:48px;width:100%;margin:1rem 0 .5rem;padding:0 1.25rem;border:0;border-radius:6px;font:inherit;font-weight:600;background:var(--accent);color:var(--on)}
a{color:var(--accent)}
`

/** In the page itself: without it browsers ask for one, which the policy forbids, and complain. */
const ICON =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 24 24%22%3E%3Cpath d=%22M12 1v9%22 stroke=%22%237d8590%22 stroke-width=%221.8%22/%3E%3Cpath d=%22M7 10h10v5l-5 8-5-8Z%22 fill=%22%230b5cad%22/%3E%3C/svg%3E'

/** May show itself and send its one form to us; nothing else. */
export const LINK_PAGE_POLICY = [
  "default-src 'none'",
  'img-src data:',
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

type Known = Extract<FollowedLink, { channel: string }>

/** Alerts of a group that are named; the others are counted. */
const MAX_NAMED = 50

/** The page of a link, asked for or followed. */
export function linkPage(link: FollowedLink): LinkPage {
  switch (link.state) {
    case 'malformed':
      return refusal(
        404,
        'This is no link of this instance.',
        'Part of the address may be missing: copy it whole.',
      )
    case 'forged':
      return refusal(403, 'This link is not valid.', 'It was changed, or made by another instance.')
    case 'channel_gone':
      return refusal(
        403,
        'This link is no longer valid.',
        'The channel it was sent to was removed, switched off, or carries no such links any more.',
      )
    case 'expired':
      return refusal(410, 'This link is over.', 'Links from messages work for 24 hours.', link.path)
    case 'over':
      return page(410, link)
    case 'done':
    case 'ready':
      return page(200, link)
  }
}

/** Of a group, those that the page is about stand in the list, and the others are counted below it. */
function page(status: number, link: Known): LinkPage {
  const { state, channel, expiresMs, path, about } = link
  const shown = link.alerts.filter((one) => one.state === state)
  const words = wordsOf(link, shown)
  const form =
    words.button === null
      ? ''
      : `<form method="post"><button type="submit">${escapeHtml(words.button)}</button></form>
<p class="quiet">It is kept as done by the signed link sent to ${escapeHtml(channel)}. This link works until ${instant(expiresMs)}.</p>`
  const target = about === 'alert' ? 'Open the alert' : 'Open the list of alerts'
  return {
    status,
    html: documentOf(
      words.title,
      // What can be pressed stands on a phone's first screen, however many there are.
      `${about === 'group' ? '' : shown.map(quote).join('\n')}
${words.sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')}
${form}
${about === 'group' ? list(link, shown) : ''}
<p><a href="${path}">${target}</a> <span class="quiet">(asks you to sign in)</span></p>`,
    ),
  }
}

function quote(one: LinkedAlert): string {
  const text = one.about === 'self' ? `<p>${escapeHtml(one.alert.text)}</p>` : ''
  return `<blockquote><p>${escapeHtml(titleOf(one))}</p>${text}<p class="quiet">${escapeHtml(standingOf(one))}</p></blockquote>`
}

function list({ action }: Known, shown: readonly LinkedAlert[]): string {
  if (shown.length === 0) return ''
  const items = shown.slice(0, MAX_NAMED).map((one) => {
    const beneath = one.state === 'done' ? deedOf(action, one.alert) : standingOf(one)
    return `<li>${escapeHtml(titleOf(one))}<br><span class="quiet">${escapeHtml(beneath)}</span></li>`
  })
  const others = shown.length - items.length
  const rest = others > 0 ? `\n<p class="quiet">and ${others.toLocaleString('en-US')} more</p>` : ''
  return `<ol>\n${items.join('\n')}\n</ol>${rest}`
}

function refusal(status: number, title: string, sentence: string, target = '/alerts'): LinkPage {
  const next = encodeURIComponent(target)
  return {
    status,
    html: documentOf(
      title,
      `<p>${escapeHtml(sentence)}</p><p>Nothing was changed. <a href="/sign-in?next=${next}">Sign in</a> to see the alerts.</p>`,
    ),
  }
}

function documentOf(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON}">
<title>${escapeHtml(title)} · Plumbline</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p class="brand">Plumbline</p>
<h1>${escapeHtml(title)}</h1>
${content}
</main>
</body>
</html>
`
}
