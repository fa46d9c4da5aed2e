/** Owns the queries of metrics that people define. */
import { and, asc, desc, eq, max, sql } from 'drizzle-orm'
import type { CustomRecords } from '@/db/contracts/custom-records'
import { fromJson, type Handle } from '@/db/sqlite/metadata/database'
import { insertMonitors } from '@/db/sqlite/metadata/monitor-queries'
import { customMetrics } from '@/db/sqlite/schema/custom-metrics'
import { monitorRevisions, monitors } from '@/db/sqlite/schema/profiles'
import type { CustomMetric, ExpressionFields } from '@/lib/domain/custom-metric'
import { AppError } from '@/lib/domain/errors'
import type { MonitorRevision } from '@/lib/domain/monitor'

function toMetric(row: typeof customMetrics.$inferSelect): CustomMetric {
  const { fields, seriesId, slices, ...rest } = row
  const counted = slices === null ? {} : { slices: fromJson<string[]>(slices) }
  return { ...rest, ...counted, fields: fromJson<ExpressionFields>(fields), seriesId: seriesId ?? row.id }
}

export function createCustomQueries({ orm, units }: Handle): CustomRecords {
  const newest = (modelId: number, name: string, limit: number) =>
    orm
      .select()
      .from(customMetrics)
      .where(and(eq(customMetrics.modelId, modelId), eq(customMetrics.name, name)))
      .orderBy(desc(customMetrics.revision))
      .limit(limit)
      .all()
      .map(toMetric)

  const held = (modelId: number) =>
    orm
      .select()
      .from(customMetrics)
      .where(
        and(
          eq(customMetrics.modelId, modelId),
          eq(customMetrics.isRemoved, false),
          sql`${customMetrics.revision} = (SELECT max(newer.revision) FROM custom_metric AS newer
            WHERE newer.model_id = ${customMetrics.modelId} AND newer.name = ${customMetrics.name})`,
        ),
      )
      .orderBy(asc(customMetrics.name))
      .all()
      .map(toMetric)

  function change({ monitorId, after, before, atMs, actor, why }: Omit<MonitorRevision, 'id'>): void {
    const { policy, ...settings } = after
    const stored = policy === undefined ? settings : { ...settings, policy: JSON.stringify(policy) }
    orm.update(monitors).set(stored).where(eq(monitors.id, monitorId)).run()
    const words = { before: JSON.stringify(before), after: JSON.stringify(after) }
    orm
      .insert(monitorRevisions)
      .values({ monitorId, atMs, actor, why, ...words })
      .run()
  }

  return {
    addCustomMetric: (metric, expected, most, changes) =>
      units.write(() => {
        const last = newest(metric.modelId, metric.name, 1)[0]
        const holds = last !== undefined && !last.isRemoved
        if (expected !== (holds ? last.revision : 0)) {
          throw new AppError('conflict', 'Somebody else changed this metric meanwhile. Load it again.', {
            reason: 'stale_revision',
            revision: last?.revision ?? 0,
          })
        }
        if (!holds && !metric.isRemoved && held(metric.modelId).length >= most) {
          throw new AppError('conflict', `A model has at most ${most} custom metrics.`, {
            reason: 'too_many_metrics',
            limit: most,
          })
        }
        const { fields, slices, ...rest } = metric
        const texts = { fields: JSON.stringify(fields), slices: slices ? JSON.stringify(slices) : null }
        orm
          .insert(customMetrics)
          .values({ ...rest, ...texts, revision: (last?.revision ?? 0) + 1 })
          .run()
        insertMonitors(orm, changes.added)
        for (const each of changes.changed) change(each)
        return newest(metric.modelId, metric.name, 1)[0] as CustomMetric
      }),
    listCustomMetrics: (modelId) => units.read(() => held(modelId)),
    listCustomRevisions: (modelId, name, limit) => units.read(() => newest(modelId, name, limit)),
    customStamp: () =>
      units.read(
        () =>
          orm
            .select({ stamp: max(customMetrics.id) })
            .from(customMetrics)
            .get()?.stamp ?? 0,
      ),
  }
}
