import { describe, expect, it } from 'vitest'
import { anAlert } from '@/lib/alert/testing'
import { HOSTILE_NAMES } from '@/lib/channels/message-testing'
import { LINK_PAGE_POLICY, linkPage } from '@/lib/http/signed-link-page'
import type { FollowedLink } from '@/lib/services/alerts/signed-links'

/** Everything that the page itself may be made of. */
const OWN_TAGS =
  /<\/?(html|head|meta|title|style|body|main|p|h1|blockquote|form|button|a|span)( [a-z-]+="[^"<>]*")*>/g

describe('the page of a signed link', () => {
  it.each(HOSTILE_NAMES)('shows names as text: %j', (name) => {
    const alert = anAlert({
      title: `${name}: KS`,
      acknowledgedBy: name,
      acknowledgedMs: 5,
      silenceReason: name,
    })
    const known = { alert, action: 'acknowledge', channel: name, expiresMs: 5 } as const
    const links: readonly FollowedLink[] = [
      { ...known, state: 'ready' },
      { ...known, state: 'done' },
      { ...known, state: 'over' },
      { state: 'expired', alert },
    ]
    for (const link of links) {
      const { html } = linkPage(link)
      const [, rest = ''] = html.replace(/<style>[^<]*<\/style>/, '').split('<!doctype html>')
      expect(rest.replace(OWN_TAGS, '')).not.toMatch(/[<>]/)
      expect(html.match(/<form /g)?.length ?? 0).toBe(link.state === 'ready' ? 1 : 0)
    }
  })

  it('may run nothing, load nothing, and send its form to nobody else', () => {
    expect(LINK_PAGE_POLICY).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
  })
})
