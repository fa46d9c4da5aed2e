import { describe, expect, it } from 'vitest'
import { LINK_ACTIONS } from '@/lib/access/signed-link'
import { anAlert } from '@/lib/alert/testing'
import { HOSTILE_NAMES } from '@/lib/channels/message-testing'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { LINK_PAGE_POLICY, linkPage } from '@/lib/http/signed-link-page'
import type { FollowedLink } from '@/lib/services/alerts/signed-links'

const STATES = ['ready', 'done', 'over'] as const

const SELF_ALERT: SelfAlert = {
  id: 1,
  kind: 'undeliverable',
  subject: '1',
  severity: 'warning',
  title: '',
  text: '',
  firedMs: 5,
  resolvedMs: null,
  dedupKey: 'plumbline/undeliverable/1/x',
  acknowledgedBy: null,
  acknowledgedMs: 5,
  silencedUntilMs: 5,
  silenceReason: null,
}

/** Everything that the page itself may be made of. */
const OWN_TAGS =
  /<\/?(html|head|meta|link|title|style|body|main|p|h1|blockquote|form|button|a|span|ol|li|br)( [a-z-]+="[^"<>]*")*>/g

describe('the page of a signed link', () => {
  it.each(HOSTILE_NAMES)('shows names as text: %j', (name) => {
    const alert = anAlert({
      title: `${name}: KS`,
      acknowledgedBy: name,
      acknowledgedMs: 5,
      silenceReason: name,
    })
    const self: SelfAlert = { ...SELF_ALERT, title: name, acknowledgedBy: name, silenceReason: name }
    const links = LINK_ACTIONS.flatMap((action) =>
      STATES.flatMap((state): FollowedLink[] => {
        const alerts = [
          { about: 'alert', alert, state } as const,
          { about: 'self', alert: self, state } as const,
        ]
        const known = { action, state, channel: name, expiresMs: 5, path: '/alerts' }
        return [
          { ...known, about: 'alert', alerts: alerts.slice(0, 1) },
          { ...known, about: 'self', alerts: alerts.slice(1) },
          { ...known, about: 'group', alerts },
        ]
      }),
    )
    for (const link of links) {
      const { html } = linkPage(link)
      const [, rest = ''] = html.replace(/<style>[^<]*<\/style>/, '').split('<!doctype html>')
      expect(rest.replace(OWN_TAGS, '')).not.toMatch(/[<>]/)
      expect(html.match(/<form /g)?.length ?? 0).toBe(link.state === 'ready' ? 1 : 0)
    }
  })

  it('may run nothing, load nothing, and send its form to nobody else', () => {
    expect(LINK_PAGE_POLICY).toMatch(
      /^default-src 'none'; img-src data:; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
  })
})
