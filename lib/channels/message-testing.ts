/** Owns messages for the tests of channels: a plain one, and one whose every name is hostile. */
import type { Message, MessageAlert } from '@/lib/domain/message'
import { HOUR_MS } from '@/lib/domain/time'

export const FIRED_MS = Date.UTC(2026, 10, 17, 2)

export function aMessage(change: Partial<Message> = {}, alert: Partial<MessageAlert> = {}): Message {
  return {
    type: 'alert.firing',
    atMs: FIRED_MS + 31_000,
    title: '[FIRING] fraud v7: KS 0.31 > 0.2 on amount',
    lines: ['Since Tuesday 2026-11-17 00:00 UTC, 2 of the last 3 windows.', 'Owner: risk team.'],
    link: 'http://plumbline.example/alerts/42',
    publicUrl: 'http://plumbline.example',
    alert: {
      alertId: 42,
      dedupKey: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
      state: 'firing',
      severity: 'warning',
      isRaised: false,
      cause: 'input_drift',
      model: 'fraud',
      version: 'v7',
      owner: 'risk team',
      onsetMs: FIRED_MS - 2 * HOUR_MS,
      firedMs: FIRED_MS,
      resolvedMs: null,
      resolution: null,
      acknowledgedBy: null,
      lead: {
        metric: 'drift',
        method: 'ks',
        column: 'amount',
        value: 0.31,
        limit: 0.2,
        valueText: '0.31',
        limitText: '0.20',
        n: 1_234,
        nReference: 20_000,
        pCorrected: 1e-8,
        windowStartMs: FIRED_MS - HOUR_MS,
        windowEndMs: FIRED_MS,
        windowsBreached: 2,
        windowsJudged: 3,
      },
      columnsHit: 4,
      topColumns: [{ column: 'amount', metric: 'drift', value: 0.31, limit: 0.2 }],
      chart: 'http://plumbline.example/models/fraud/inputs/amount?version=v7&from=2026-11-16T22:00:00Z',
      runbook: 'https://runbooks.example/fraud',
      ...alert,
    },
    ...change,
  }
}

/** Names that try to be more than names. */
export const HOSTILE_NAMES: readonly string[] = [
  '<!channel> <@U024BE7LH> <!here|x>',
  '*bold* _it_ `code` ~no~ @here',
  '<https://evil.example|Open>',
  '"><img src=x onerror=alert(1)><script>alert(1)</script>',
  'x\r\nBcc: everyone@example.org\r\n\r\nbody',
  'x\nmodel="other",severity="none"}\n',
  '[click](https://evil.example) **b** ![](x)',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a name that hopes to be a template
  '<at>everyone</at> {{7*7}} ${x} %0d%0aTo:a@b.example',
  '\u202egnp.exe \u2066x\u2069 \u2028y',
  'a&b<c>d "e" \'f\' \\g \u0000 \ud800',
  '漢字 🙂 ́'.repeat(60),
  '\u200e\u202e\ufeff',
]

/** The message as it is with this for the model, the version, the column and the owner. */
export function messageNamed(name: string): Message {
  const alert = {
    model: name,
    version: name,
    owner: name,
    dedupKey: `${encodeURIComponent(Buffer.from(name).toString())}/x`,
  }
  const lines = [`Columns hit: ${name}.`, `Owner: ${name}.`]
  return aMessage({ title: `[FIRING] ${name}: KS 0.31 > 0.2 on ${name}`, lines }, alert)
}

/** A message that is too long everywhere. */
export function hugeMessage(): Message {
  const long = '漢'.repeat(10_000)
  return aMessage(
    { title: `[FIRING] ${long}`, lines: Array.from({ length: 40 }, () => long) },
    {
      model: long,
      version: long,
      owner: long,
      dedupKey: encodeURIComponent('漢'.repeat(400)),
      topColumns: Array.from({ length: 3 }, () => ({ column: long, metric: 'drift', value: 1, limit: 1 })),
      chart: `http://plumbline.example/models/${'x'.repeat(20_000)}`,
      runbook: `https://runbooks.example/${'x'.repeat(1_900)}`,
    },
  )
}
