/** Owns what happens to the demo's model and when: seasons that are normal, and the trouble that is planted. */
import { DAY_MS, HOUR_MS, toRfc3339, utcDay } from '@/lib/domain/time'

export const MODEL = 'credit-risk'
export const HISTORY_DAYS = 14

/** The planted trouble, as instants. */
export interface Story {
  /** Midnight UTC, two weeks ago. */
  readonly startMs: number
  /** `income` arrives in cents instead of euros. */
  readonly unitChange: Span
  /** Half of `employment_years` is missing. */
  readonly nullSurge: Span
  /** `credit_score` slides down, and stays there. */
  readonly ramp: Span
  /** `purpose` takes a value never seen in training, from here on. */
  readonly newCategoryMs: number
  /** v2 takes over and answers more slowly. */
  readonly switchMs: number
}

interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** The story of a run that starts on this day. */
export function storyOf(nowMs: number): Story {
  const startMs = Date.parse(`${utcDay(nowMs)}T00:00:00Z`) - HISTORY_DAYS * DAY_MS
  const at = (day: number, hour = 0) => startMs + day * DAY_MS + hour * HOUR_MS
  return {
    startMs,
    unitChange: { startMs: at(4), endMs: at(5) },
    nullSurge: { startMs: at(7, 9), endMs: at(7, 15) },
    ramp: { startMs: at(8), endMs: at(13) },
    newCategoryMs: at(11),
    switchMs: at(12, 10),
  }
}

/** Lines for the terminal: what was planted when. */
export function tellStory(story: Story): string[] {
  const at = (instantMs: number) => toRfc3339(instantMs).slice(0, 16).replace('T', ' ')
  const span = ({ startMs, endMs }: Span) => `${at(startMs)} to ${at(endMs)}`
  return [
    `unit change ×100   income in cents                ${span(story.unitChange)}`,
    `null surge         employment_years, 45 % missing ${span(story.nullSurge)}`,
    `slow ramp          credit_score, 70 points down   ${span(story.ramp)}, then it stays`,
    `new category       purpose = crypto_assets, 9 %   ${at(story.newCategoryMs)} onwards`,
    `slower version     v2 replaces v1, latency ×1.8   ${at(story.switchMs)} onwards`,
    'late labels        two to four days after each decision, for seven in ten',
    'what follows       predictions and their quality move with the unit change and the ramp',
    'nothing wrong      day and night, weekdays and weekends differ in volume and a little in mix',
  ]
}

/** Share of a span that has passed, 0 … 1. */
export function progress({ startMs, endMs }: Span, atMs: number): number {
  return Math.min(1, Math.max(0, (atMs - startMs) / (endMs - startMs)))
}

export function isWithin({ startMs, endMs }: Span, atMs: number): boolean {
  return atMs >= startMs && atMs < endMs
}

/** How busy an hour is compared with the average: afternoons three times the nights, weekends quieter. */
export function busyness(atMs: number): number {
  const date = new Date(atMs)
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60
  const ofDay = 1 + 0.55 * Math.sin((2 * Math.PI * (hour - 8)) / 24)
  return isWeekend(atMs) ? 0.7 * ofDay : 1.1 * ofDay
}

export function isWeekend(atMs: number): boolean {
  const day = new Date(atMs).getUTCDay()
  return day === 0 || day === 6
}

/** 1 in the small hours, 0 by day. */
export function nightness(atMs: number): number {
  const hour = new Date(atMs).getUTCHours()
  return hour < 6 || hour >= 22 ? 1 : 0
}
