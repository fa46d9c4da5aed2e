/** Owns the page behind a signed link: plain HTML without a script, for a phone at night, a mail scanner, and a terminal. */
import { createHash } from 'node:crypto'
import { toRfc3339 } from '@/lib/domain/time'
import type { FollowedLink } from '@/lib/services/alerts/signed-links'

/** What is answered: status and document. */
export interface LinkPage {
  readonly status: number
  readonly html: string
}

const STYLE = `
:root{color-scheme:light dark;--text:#1b1d22;--quiet:#5c6370;--line:#d9dce2;--accent:#1f5fbf;--on:#fff}
@media(prefers-color-scheme:dark){:root{--text:#e8eaee;--quiet:#9aa1ad;--line:#363a42;--accent:#7fb0ff;--on:#10131a}}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);overflow-wrap:anywhere}
main{max-width:32rem;margin:10vh auto 3rem;padding:0 1rem}
h1{font-size:1.25rem;line-height:1.35;margin:0 0 .75rem}
p{margin:.5rem 0}
.brand,.quiet{color:var(--quiet);font-size:.875rem}
.brand{font-weight:600;margin-bottom:1.5rem}
blockquote{margin:1rem 0;padding-left:.75rem;border-left:3px solid var(--line)}
button{min-height:48px;width:100%;margin:1rem 0 .5rem;padding:0 1.25rem;border:0;border-radius:6px;font:inherit;font-weight:600;background:var(--accent);color:var(--on)}
a{color:var(--accent)}
`

/** May show itself and send its one form to us; nothing else. */
export const LINK_PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

type Known = Extract<FollowedLink, { channel: string }>

const ASKS: Readonly<Record<Known['action'], { title: string; button: string; effect: string }>> = {
  acknowledge: {
    title: 'Acknowledge this alert?',
    button: 'Acknowledge',
    effect: 'It is no longer repeated. A rise to critical and its end are still told.',
  },
  silence: {
    title: 'Silence this alert for 4 hours?',
    button: 'Silence for 4 hours',
    effect: 'It is still evaluated. If it fires when the time is over, it is told again.',
  },
  false_alarm: {
    title: 'Mark this alert as a false alarm?',
    button: 'Mark as a false alarm',
    effect: 'The alert stays as it is. Its monitors learn from the mark.',
  },
}

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
      return refusal(
        410,
        'This link is over.',
        'Links from messages work for 24 hours.',
        `/alerts/${link.alert.id}`,
      )
    case 'over':
      return page(410, 'This alert is over already.', link, `It ended at ${instant(link.alert.resolvedMs)}.`)
    case 'done':
      return page(200, doneTitle(link), link, doneSentence(link))
    case 'ready':
      return page(200, ASKS[link.action].title, link, ASKS[link.action].effect, ASKS[link.action].button)
  }
}

function doneTitle({ action }: Known): string {
  if (action === 'acknowledge') return 'This alert is acknowledged.'
  return action === 'silence' ? 'This alert is silenced.' : 'This alert is marked as a false alarm.'
}

function doneSentence({ action, alert }: Known): string {
  if (action === 'acknowledge')
    return `By ${alert.acknowledgedBy ?? ''}, at ${instant(alert.acknowledgedMs)}.`
  if (action === 'silence') return `Until ${instant(alert.silencedUntilMs)}: ${alert.silenceReason ?? ''}.`
  return `By ${alert.judgedBy ?? ''}, at ${instant(alert.judgedMs)}.`
}

function page(status: number, title: string, link: Known, sentence: string, button?: string): LinkPage {
  const { alert, channel, expiresMs } = link
  const form =
    button === undefined
      ? ''
      : `<form method="post"><button type="submit">${escapeHtml(button)}</button></form>
<p class="quiet">It is kept as done by the signed link sent to ${escapeHtml(channel)}. This link works until ${instant(expiresMs)}.</p>`
  return {
    status,
    html: documentOf(
      title,
      `<blockquote><p>${escapeHtml(alert.title)}</p><p class="quiet">${escapeHtml(alert.severity)}, ${escapeHtml(alert.state)}, since ${instant(alert.onsetMs)}</p></blockquote>
<p>${escapeHtml(sentence)}</p>
${form}
<p><a href="/alerts/${alert.id}">Open the alert</a> <span class="quiet">(asks you to sign in)</span></p>`,
    ),
  }
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

function instant(ms: number | null): string {
  return ms === null
    ? 'an unknown time'
    : toRfc3339(ms)
        .replace('T', ' ')
        .replace(/(\.\d+)?Z$/, ' UTC')
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
