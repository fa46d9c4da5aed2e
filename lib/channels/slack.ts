/** Owns Slack's incoming webhooks: Block Kit in plain text, so that no name can call a channel or fake a link. */
import type { DeliveryResult } from '@/lib/channels/delivery-result'
import type { HttpChannel } from '@/lib/channels/destination'
import { actLinks, groupLines, lookOf, othersLine } from '@/lib/channels/group-lines'
import { clipText, oneLine } from '@/lib/channels/plain-text'
import type { Message } from '@/lib/domain/message'

/** Slack's limits, in characters after escaping; that of a section is that of a line of links, too. */
const MAX_HEADER = 150
const MAX_SECTION = 3_000
const MAX_FALLBACK = 1_000
/** Of one alert among several. */
const MAX_GROUP_LINE = 240
/** Slack refuses longer addresses in links. */
const MAX_LINK = 2_000
const BETWEEN_LINKS = '  ·  '

const EDGE: Readonly<Record<'critical' | 'warning' | 'resolved' | 'none', string>> = {
  critical: '🔴',
  warning: '🟠',
  resolved: '🟢',
  none: '⚪',
}

export const slack: HttpChannel = {
  call: ({ url }, { message }) => ({ url, body: JSON.stringify(slackBody(message)) }),
  read: readSlack,
}

/** The body: a fallback text for phones, and blocks of plain text with one line of links of our own. */
export function slackBody(message: Message): object {
  const { title, group } = message
  const sign = EDGE[lookOf(message)]
  const headline = plain(`${sign} ${title}`, MAX_HEADER)
  const named = group
    ? groupLines(group).map(({ text }, index) => `${index + 1}. ${clipEscapedLine(text)}`)
    : []
  const others = group ? othersLine(group, named.length) : null
  const rest = [...message.lines, ...named, ...(others === null ? [] : [`… ${others}.`])].join('\n')
  const isCut = escapeSigns(oneLine(`${sign} ${title}`)).length > MAX_HEADER
  const body = plainLines(isCut ? `${title}\n${rest}` : rest, MAX_SECTION)
  return {
    text: clipEscaped(oneLine(title), MAX_FALLBACK),
    // Nothing in our texts is markup or a link of theirs.
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: headline },
      ...(body.text === '' ? [] : [{ type: 'section', text: body }]),
      { type: 'context', elements: [{ type: 'mrkdwn', text: linksOf(message), verbatim: true }] },
    ],
  }
}

/** Slack says `ok`; others of its kind say it as JSON. Any other page with a status of 200 took no message. */
export function readSlack(status: number, answer: string): DeliveryResult | null {
  if (status < 200 || status >= 300 || status === 204) return null
  const text = answer.trim()
  if (text === 'ok' || text === '' || /^\{\s*"(ok|success)"\s*:\s*true\b/.test(text)) return null
  return { outcome: 'retry', status, reason: 'unexpected_answer', afterMs: null, slow: true }
}

/** What does not fit is left out: the chart and the runbook before what acts. */
function linksOf(message: Message): string {
  const { link, alert, group } = message
  const acts = linkTexts(actLinks(message))
  const links = linkTexts([
    ...(group ? groupLines(group).map((one, index) => [`${index + 1}`, one.link] as const) : []),
    [group ? 'All alerts' : 'Open', link],
    ['Chart', alert?.chart ?? null],
    ['Runbook', alert?.runbook ?? null],
  ])
  while (links.length > 1 && [...links, ...acts].join(BETWEEN_LINKS).length > MAX_SECTION) links.pop()
  return [...links, ...acts].join(BETWEEN_LINKS)
}

function linkTexts(links: readonly (readonly [word: string, url: string | null])[]): string[] {
  return links.flatMap(([word, url]) =>
    url !== null && url.length <= MAX_LINK ? [`<${linkable(url)}|${word}>`] : [],
  )
}

/** One alert of a group on one line, so that the others have their place. */
function clipEscapedLine(text: string): string {
  return clipText(oneLine(text), MAX_GROUP_LINE)
}

/** An address inside `<…|…>`: what would end it is per cent encoded. */
function linkable(url: string): string {
  return url.replace(/[<>|\s]/g, (sign) => encodeURIComponent(sign)).replaceAll('&', '&amp;')
}

function plain(text: string, maxLength: number) {
  return { type: 'plain_text', text: clipEscaped(oneLine(text), maxLength), emoji: false }
}

function plainLines(text: string, maxLength: number) {
  const lines = text.split('\n').map(oneLine).join('\n')
  return { type: 'plain_text', text: clipEscaped(lines, maxLength), emoji: false }
}

/** The three signs that Slack reads as control; entities are never cut in two. */
function escapeSigns(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function clipEscaped(text: string, maxLength: number): string {
  const whole = escapeSigns(text)
  if (whole.length <= maxLength) return whole
  let keep = maxLength
  while (escapeSigns(clipText(text, keep)).length > maxLength) keep -= Math.max(1, Math.floor(keep / 50))
  return escapeSigns(clipText(text, keep))
}
