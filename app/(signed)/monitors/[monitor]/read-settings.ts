/** Owns reading the form of a monitor into the settings that the API takes. */
import type { Monitor } from '@/lib/domain/monitor'

/** @param data the form; what it does not hold is left out and stays */
export function readSettings(data: FormData, monitor: Monitor): Record<string, unknown> {
  const text = (name: string) => String(data.get(name) ?? '').trim()
  const number = (name: string) => (text(name) === '' ? Number.NaN : Number(text(name)))
  const finite = (name: string, fallback: number) => (Number.isFinite(number(name)) ? number(name) : fallback)
  const { policy } = monitor
  return {
    enabled: data.get('enabled') === 'on',
    severity: text('severity') || monitor.severity,
    ...(data.has('method') ? { method: text('method') } : {}),
    ...(data.has('baseline') ? { baseline: text('baseline') } : {}),
    effectFloor: finite('effectFloor', monitor.effectFloor),
    ...(data.has('limitBy')
      ? { fixedLimit: text('limitBy') === 'hand' ? finite('fixedLimit', 0) : null }
      : {}),
    policy: {
      fireCount: finite('fireCount', policy.fireCount),
      fireOf: finite('fireOf', policy.fireOf),
      recoverCount: finite('recoverCount', policy.recoverCount),
      recoverShare: finite('recoverShare', policy.recoverShare * 100) / 100,
    },
    owner: text('owner') || null,
    runbookUrl: text('runbookUrl') || null,
  }
}
