/** Owns what one judged window does to the alerts of its version; pure, knows neither stores nor channels. */
import type { AdvanceInput, AdvanceResult } from '@/lib/alert/advance-input'

/**
 * Advances every monitor of the version by one window and groups what fires into alerts, one a cause.
 *
 * Use: `reopenable` from `listReopenable(version.id, reopenableSince(window, historical, nowMs))`; write `states`,
 * `alerts`, `events` and the rows of `queueNotifications(ctx, result.notify)` in one `commitVerdict`.
 *
 * @returns changed states, alerts (new ones have negative ids; members of this window have `evaluationId` 0),
 *   their history, and who should hear of it.
 */
export function advanceAlerts(_input: AdvanceInput): AdvanceResult {
  return { states: [], alerts: [], events: [], notify: [] }
}
