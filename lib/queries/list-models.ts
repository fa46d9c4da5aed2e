/** Owns the question: which models and versions are there? As the API tells it. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { Model, Version } from '@/lib/domain/model'
import { toRfc3339 } from '@/lib/domain/time'

export interface ApiVersion {
  readonly version: string
  readonly mode: Version['mode']
  readonly monitored: boolean
  readonly first_record: string | null
  readonly last_record: string | null
  readonly created: string
}

export interface ApiModel {
  readonly model: string
  readonly created: string
  readonly cadence: Model['settings']['cadence']
  readonly allowed_lateness_ms: number
  readonly false_alarm_budget: number
  readonly validation: Model['settings']['validation']
  readonly owner: string | null
  readonly runbook_url: string | null
  readonly open_alerts: { readonly critical: number; readonly warning: number }
  readonly versions: readonly ApiVersion[]
}

/** Every model (the instance takes at most 500) with its versions, by name. */
export async function listModels(ctx: Context): Promise<ApiModel[]> {
  requireScope(ctx.principal, 'read')
  const models = await ctx.metadata.listModels()
  const open = await ctx.metadata.countOpenAlerts()
  const items = await Promise.all(
    models.map(async (model) => {
      const mine = open.filter((entry) => entry.modelId === model.id)
      return toApiModel(model, await ctx.metadata.listVersions(model.id), {
        critical: mine.reduce((sum, entry) => sum + entry.critical, 0),
        warning: mine.reduce((sum, entry) => sum + entry.warning, 0),
      })
    }),
  )
  return items.sort((a, b) => (a.model < b.model ? -1 : 1))
}

/** @throws AppError `not_found` */
export async function getModel(ctx: Context, name: string): Promise<ApiModel> {
  const found = (await listModels(ctx)).find((model) => model.model === name)
  if (!found) throw new AppError('not_found', 'There is no model of this name.')
  return found
}

function toApiModel(
  model: Model,
  versions: readonly Version[],
  openAlerts: ApiModel['open_alerts'],
): ApiModel {
  return {
    model: model.name,
    created: toRfc3339(model.createdMs),
    cadence: model.settings.cadence,
    allowed_lateness_ms: model.settings.allowedLatenessMs,
    false_alarm_budget: model.settings.falseAlarmBudget,
    validation: model.settings.validation,
    owner: model.settings.owner,
    runbook_url: model.settings.runbookUrl,
    open_alerts: openAlerts,
    versions: versions.map((version) => ({
      version: version.name,
      mode: version.mode,
      monitored: version.profileId !== null,
      first_record: version.firstRecordMs === null ? null : toRfc3339(version.firstRecordMs),
      last_record: version.lastRecordMs === null ? null : toRfc3339(version.lastRecordMs),
      created: toRfc3339(version.createdMs),
    })),
  }
}
