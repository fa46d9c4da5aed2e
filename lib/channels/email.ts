/** Owns email: one message by SMTP through nodemailer, to an address that was checked, threaded by alert. */
import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import type { MailOptions, Options as SmtpOptions } from 'nodemailer/lib/smtp-transport'
import type { Attempt, Outbound, Sender, SendOptions } from '@/lib/channels/destination'
import { actLinks, groupLines, lookOf, othersLine } from '@/lib/channels/group-lines'
import { checkMailServer, resolveChecked } from '@/lib/channels/mail-address'
import { clipText, oneLine } from '@/lib/channels/plain-text'
import { TIMEOUT_MS } from '@/lib/channels/send-http'
import { readSmtpError } from '@/lib/channels/smtp-result'
import { startStopwatch } from '@/lib/channels/stopwatch'
import type { ChannelSettings } from '@/lib/domain/channel'
import { escapeHtml } from '@/lib/domain/escape-html'
import type { Message } from '@/lib/domain/message'

const MAX_SUBJECT = 200
/** Threads of a reader that one mail of several alerts joins. */
const MAX_THREADS = 10
/** Of one answer of the server; nobody needs more to say yes or no. */
const MAX_RESPONSE_BYTES = 64 * 1024

/** Sends one mail to all receivers of the channel; delivered when the server took it for one of them at least. */
export const sendEmail: Sender = async (destination, outbound, options) => {
  const elapsedMs = startStopwatch()
  const { url, secret, settings } = destination
  try {
    const server = checkMailServer(url, options.policy)
    const address = await resolveChecked(server.host, options)
    const secure = settings.security ?? (server.port === 465 ? 'tls' : 'starttls')
    const limit = options.timeoutMs ?? TIMEOUT_MS
    const smtp: SmtpOptions & { maxResponseSize: number; servername: string } = {
      // The address that was checked, not the name: it cannot change its mind in between.
      host: address,
      servername: server.host,
      port: server.port,
      secure: secure === 'tls',
      requireTLS: secure === 'starttls',
      ignoreTLS: secure === 'none',
      tls: { servername: server.host },
      connectionTimeout: limit,
      greetingTimeout: limit,
      socketTimeout: limit,
      dnsTimeout: limit,
      maxResponseSize: MAX_RESPONSE_BYTES,
      ...helloOf(new URL(outbound.message.publicUrl).hostname),
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(settings.username ? { auth: { user: settings.username, pass: secret } } : {}),
    }
    const info = await sendWithin(smtp, mailOf(settings, outbound), limit, options)
    const refused = info.rejected.length === 0 ? '' : `; refused for ${info.rejected.length} receivers`
    return {
      outcome: 'delivered',
      status: 250,
      durationMs: Math.round(elapsedMs()),
      answer: `${info.response}${refused}`,
    }
  } catch (error) {
    const { answer, ...result } = readSmtpError(error)
    return { ...result, durationMs: Math.round(elapsedMs()), answer } satisfies Attempt
  }
}

/** How we greet: servers refuse a bare address and `localhost`, and what nodemailer says by itself is never that. */
function helloOf(host: string): { readonly name?: string } {
  return isIP(host) === 0 && host.includes('.') ? { name: host } : {}
}

interface Taken {
  readonly response: string
  readonly rejected: readonly unknown[]
}

/** The whole conversation has a time limit: a server that says a word now and then would never end by itself. */
async function sendWithin(
  smtp: SmtpOptions,
  mail: MailOptions,
  limitMs: number,
  { signal }: SendOptions,
): Promise<Taken> {
  // Loaded when the first mail leaves: most instances send none.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport(smtp)
  const timeout = AbortSignal.timeout(limitMs)
  const ended = signal ? AbortSignal.any([timeout, signal]) : timeout
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }))
    if (ended.aborted) stop()
    else ended.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([transport.sendMail(mail), stopped])
  } finally {
    transport.close()
  }
}

/**
 * The mail. Its Message-ID is that of the message, so a server that got it twice shows it once; all mails of an alert
 * refer to one id and stand under it in a reader's thread.
 */
export function mailOf(
  settings: ChannelSettings,
  { key, message }: Pick<Outbound, 'key' | 'message'>,
): MailOptions {
  const host = new URL(message.publicUrl).hostname
  const keys = (message.group?.messages ?? [message]).flatMap(({ alert }) => alert?.dedupKey ?? [])
  const threads = keys.slice(0, MAX_THREADS).map((one) => `<alert-${hash(one)}@${host}>`)
  const isUrgent = lookOf(message) === 'critical' && message.type !== 'alert.updated'
  return {
    from: { name: 'Plumbline', address: settings.from ?? '' },
    to: (settings.to ?? []).map((address) => ({ name: '', address })),
    subject: clipText(oneLine(message.title), MAX_SUBJECT),
    messageId: `<${key}@${host}>`,
    date: new Date(message.atMs),
    ...(threads[0] ? { references: threads, inReplyTo: threads[0] } : {}),
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'List-Id': `Plumbline alerts <alerts.${host}>`,
      ...(isUrgent ? { Importance: 'high' } : {}),
    },
    text: textOf(message),
    html: htmlOf(message),
  }
}

function textOf(message: Message): string {
  const { title, lines, link, group } = message
  const named = group ? groupLines(group) : []
  const others = group ? othersLine(group, named.length) : null
  return [
    title,
    '',
    ...lines,
    ...named.flatMap((one, index) => ['', `${index + 1}. ${oneLine(one.text)}`, `   ${one.link}`]),
    ...(others === null ? [] : ['', `… ${others}.`]),
    '',
    link,
    ...actLinks(message).map(([word, url]) => `${word}: ${url}`),
  ].join('\n')
}

function htmlOf(message: Message): string {
  const { title, lines, link, alert, group } = message
  const named = group ? groupLines(group) : []
  const others = group ? othersLine(group, named.length) : null
  const links = [
    [group ? 'All alerts' : 'Open', link],
    ['Chart', alert?.chart ?? null],
    ['Runbook', alert?.runbook ?? null],
    ...actLinks(message),
  ] as const
  const anchors = links.flatMap(([word, url]) =>
    url === null ? [] : [`<a href="${escapeHtml(url)}">${word}</a>`],
  )
  return [
    '<div style="font:14px/1.5 system-ui,sans-serif;max-width:640px">',
    `<p><strong>${escapeHtml(title)}</strong></p>`,
    ...lines.map((line) => `<p style="margin:4px 0">${escapeHtml(line)}</p>`),
    ...named.map(
      (one, index) =>
        `<p style="margin:4px 0">${index + 1}. <a href="${escapeHtml(one.link)}">${escapeHtml(one.text)}</a></p>`,
    ),
    ...(others === null ? [] : [`<p style="margin:4px 0">… ${others}.</p>`]),
    `<p>${anchors.join(' &nbsp;·&nbsp; ')}</p>`,
    '</div>',
  ].join('\n')
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
