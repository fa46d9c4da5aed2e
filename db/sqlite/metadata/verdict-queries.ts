/** Owns the one transaction that judged windows end in: evaluations, states, alerts, history, outbox, due entry. */
import { and, eq, sql } from 'drizzle-orm'
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3'
import type { EvaluationRecords, WindowVerdict } from '@/db/contracts/evaluation-records'
import { insertEvents, toAlertValues } from '@/db/sqlite/metadata/alert-queries'
import type { Handle } from '@/db/sqlite/metadata/database'
import { insertNotifications } from '@/db/sqlite/metadata/outbox-queries'
import { requireUnchanged } from '@/db/sqlite/metadata/person-columns'
import { type EvaluationWriter, prepareEvaluationWriter } from '@/db/sqlite/metadata/write-evaluations'
import { alertMembers, alerts } from '@/db/sqlite/schema/alerts'
import { dueWindows } from '@/db/sqlite/schema/series'

/** Saves alerts, new ones first, and returns the id that each id of the verdict stands for. */
function saveAlerts(
  orm: BetterSQLite3Database,
  { alerts: changed, alertsRead = [] }: WindowVerdict,
  evaluationIds: ReadonlyMap<number, number>,
): Map<number, number> {
  const ids = new Map<number, number>()
  for (const alert of changed) {
    const members = alert.members.map((member) => ({
      ...member,
      evaluationId: member.evaluationId || (evaluationIds.get(member.monitorId) ?? 0),
    }))
    const values = toAlertValues({ ...alert, members })
    if (alert.id >= 0) {
      const read = alertsRead.find(({ id }) => id === alert.id)
      const stored = read && orm.select().from(alerts).where(eq(alerts.id, alert.id)).get()
      if (read && stored) requireUnchanged(stored, read)
      orm.update(alerts).set(values).where(eq(alerts.id, alert.id)).run()
      ids.set(alert.id, alert.id)
    } else {
      // Inhibiting alerts may be new as well: they are filled in below, when all have their ids.
      // The key tells an alert by its cause and onset: one that is opened anew by a repeated judgement is the same.
      const opened = { ...values, inhibitedBy: null }
      const { acknowledgedBy, acknowledgedMs, silencedUntilMs, silenceReason, ...unsaid } = opened
      const { assignee, judgement, judgedBy, judgedMs, firstSeenMs, ...evaluated } = unsaid
      const made = orm
        .insert(alerts)
        .values(opened)
        .onConflictDoUpdate({ target: alerts.dedupKey, set: evaluated })
        .returning({ id: alerts.id })
        .get()
      ids.set(alert.id, made.id)
    }
  }
  for (const { id, members } of changed) {
    const alertId = ids.get(id) ?? id
    for (const { monitorId } of members)
      orm.insert(alertMembers).values({ alertId, monitorId }).onConflictDoNothing().run()
  }
  for (const { id, inhibitedBy } of changed) {
    if (inhibitedBy === null) continue
    const target = ids.get(id) ?? id
    orm
      .update(alerts)
      .set({ inhibitedBy: ids.get(inhibitedBy) ?? inhibitedBy })
      .where(eq(alerts.id, target))
      .run()
  }
  return ids
}

function prepareSettling(orm: BetterSQLite3Database): (verdict: WindowVerdict) => void {
  const { versionId, startMs, endMs, dueMs } = dueWindows
  const settled = orm
    .delete(dueWindows)
    .where(
      and(
        eq(versionId, sql.placeholder('versionId')),
        eq(startMs, sql.placeholder('startMs')),
        eq(endMs, sql.placeholder('endMs')),
        eq(dueMs, sql.placeholder('dueMs')),
      ),
    )
    .prepare()
  return ({ versionId, window, settlesDueMs }) => {
    if (settlesDueMs !== null) settled.run({ versionId, ...window, dueMs: settlesDueMs })
  }
}

function applyVerdict(orm: BetterSQLite3Database, writer: EvaluationWriter, verdict: WindowVerdict): void {
  const evaluationIds = writer.insertEvaluations(verdict.evaluations)
  writer.saveStates(verdict.states)
  const alertIds = saveAlerts(orm, verdict, evaluationIds)
  const idOf = (id: number) => alertIds.get(id) ?? id
  insertEvents(
    orm,
    verdict.events.map((event) => ({ ...event, alertId: idOf(event.alertId) })),
  )
  insertNotifications(
    orm,
    verdict.notifications.map((notification) => ({
      ...notification,
      alertId: notification.alertId === null ? null : idOf(notification.alertId),
    })),
  )
}

export function createVerdictQueries({ db, orm, units }: Handle): Pick<EvaluationRecords, 'commitVerdicts'> {
  const writer = prepareEvaluationWriter(db)
  const settle = prepareSettling(orm)
  return {
    commitVerdicts: (...verdicts) =>
      units.write(() => {
        for (const verdict of verdicts) {
          applyVerdict(orm, writer, verdict)
          settle(verdict)
        }
      }),
  }
}
