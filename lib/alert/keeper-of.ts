/** Owns whose an alert is, and which runbook it names: those of the monitor that leads it, or else of the model. Pure. */
import type { Model } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'

export interface Keeper {
  readonly owner: string | null
  readonly runbookUrl: string | null
}

/** @param lead the monitor of the alert's first member; null when it is gone */
export function keeperOf(
  lead: Pick<Monitor, 'owner' | 'runbookUrl'> | null | undefined,
  { settings }: Pick<Model, 'settings'>,
): Keeper {
  return {
    owner: lead?.owner ?? settings.owner,
    runbookUrl: lead?.runbookUrl ?? settings.runbookUrl,
  }
}
