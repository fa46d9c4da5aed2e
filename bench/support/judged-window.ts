/** Owns a whole window to judge, made in memory: a reference, and the merged summaries of other rows. */
import { drawFeatures, featureNames, seededUniform } from '@/bench/support/workload'
import { columnKey } from '@/lib/domain/column'
import type { ColumnProfile } from '@/lib/domain/profile'
import { HOUR_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import type { JudgeInput } from '@/lib/monitor/judge-window'
import {
  columnProfile,
  model,
  START_MS,
  storedProfile,
  summaryOf,
  trafficSummary,
  type Values,
  version,
} from '@/lib/monitor/testing'

/**
 * What the worker hands to the judge for one window.
 * @param profiles reference columns
 * @param valuesOf a column's values in the window, by its name
 */
export function judgeInputOf(
  profiles: readonly ColumnProfile[],
  valuesOf: (name: string) => Values,
): JudgeInput {
  const profile = storedProfile(profiles)
  const columns = profiles.map((column) => ({ column, values: valuesOf(column.name) }))
  return {
    model,
    version,
    profile,
    monitors: createMonitors(version, profile).map((monitor, index) => ({ ...monitor, id: index + 1 })),
    window: { startMs: START_MS, endMs: START_MS + HOUR_MS },
    columns: new Map(columns.map(({ column, values }) => [columnKey(column), summaryOf(column, values)])),
    traffic: trafficSummary(Math.max(0, ...columns.map(({ values }) => values.length))),
    quality: null,
    trailing: new Map(),
    nowMs: START_MS + 2 * HOUR_MS,
    historical: false,
  }
}

/**
 * A window of the workload that the benches send.
 * @param columns 70 % numeric, 30 % categorical, every third drifted
 * @param rows of the reference and of the window
 */
export function windowToJudge(columns: number, rows: number): JudgeInput {
  const names = featureNames(columns)
  const draw = (drifted: boolean) => {
    const uniform = seededUniform(drifted ? 2 : 1)
    return Array.from({ length: rows }, () => drawFeatures({ columns, drifted }, uniform))
  }
  const [reference, current] = [draw(false), draw(true)]
  const profiles = [...names.numeric, ...names.categorical].map((name) =>
    columnProfile(
      name,
      reference.map((row) => row[name] ?? null),
    ),
  )
  return judgeInputOf(profiles, (name) => current.map((row) => row[name] ?? null))
}
