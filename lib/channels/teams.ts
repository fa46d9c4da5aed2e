/** Owns Microsoft Teams' workflow webhooks: an Adaptive Card whose texts are runs, which know no markdown. */
import { type DeliveryResult, readStatus } from '@/lib/channels/delivery-result'
import type { HttpChannel } from '@/lib/channels/destination'
import { actLinks, groupLines, lookOf, othersLine } from '@/lib/channels/group-lines'
import { clipText, oneLine } from '@/lib/channels/plain-text'
import type { Message } from '@/lib/domain/message'

/** Teams refuses messages over 28 KB. */
export const MAX_CARD_BYTES = 28_000
const MAX_LINE = 1_000
const MAX_LINES = 12
/** Of one alert among several. */
const MAX_GROUP_LINE = 300
const COLORS = { critical: 'attention', warning: 'default', resolved: 'good', none: 'default' } as const

export const teams: HttpChannel = {
  call: ({ url }, { message }) => ({ url, body: teamsBody(message) }),
  read: readTeams,
}

/** The body, at most `MAX_CARD_BYTES`. */
export function teamsBody(message: Message): string {
  const whole = JSON.stringify(card(message, MAX_LINE))
  return Buffer.byteLength(whole) <= MAX_CARD_BYTES ? whole : JSON.stringify(card(message, 200, false))
}

/** The older webhooks answer 200 with the failure in words. */
export function readTeams(status: number, answer: string): DeliveryResult | null {
  if (status !== 200) return null
  const inner = /endpoint returned (?:HTTP )?error(?: code)?:? (?:HTTP error )?(\d{3})/i.exec(answer)?.[1]
  if (inner !== undefined) return readStatus(Number(inner), undefined, 0)
  return /^\s*<(!doctype|html)/i.test(answer)
    ? { outcome: 'retry', status, reason: 'unexpected_answer', afterMs: null, slow: true }
    : null
}

function card(message: Message, maxLine: number, withLinks = true) {
  const { title, lines, alert, link, group } = message
  const color = COLORS[lookOf(message)]
  const named = group ? groupLines(group) : []
  const others = group ? othersLine(group, named.length) : null
  const links = [
    [group ? 'All alerts' : 'Open', link],
    ['Chart', withLinks ? (alert?.chart ?? null) : null],
    ['Runbook', withLinks ? (alert?.runbook ?? null) : null],
    ...actLinks(message),
  ] as const
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          // Shown by phones before the card.
          fallbackText: clipText(oneLine(title), maxLine),
          msteams: { width: 'full' },
          body: [
            richLine(title, maxLine, { weight: 'bolder', size: 'medium', color }),
            ...lines.slice(0, MAX_LINES).map((line) => richLine(line, maxLine, {})),
            ...named.map((one, index) =>
              richLine(`${index + 1}. ${one.text}`, Math.min(maxLine, MAX_GROUP_LINE), {
                ...(withLinks ? { selectAction: { type: 'Action.OpenUrl', url: one.link } } : {}),
              }),
            ),
            ...(others === null ? [] : [richLine(`… ${others}.`, maxLine, {})]),
          ],
          actions: links.flatMap(([name, url]) =>
            url === null ? [] : [{ type: 'Action.OpenUrl', title: name, url }],
          ),
        },
      },
    ],
  }
}

function richLine(text: string, maxLine: number, look: object) {
  return {
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: clipText(oneLine(text), maxLine), ...look }],
  }
}
