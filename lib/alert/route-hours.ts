/** Owns whether a route is open at an instant: times of day in its zone, over midnight and daylight saving. Pure. */
import type { RouteHours } from '@/lib/domain/alert-route'

const MINUTES_A_DAY = 1_440
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Making a format costs a hundred times as much as using it. */
const FORMATS = new Map<string, Intl.DateTimeFormat>()

/** Whether the span of hours holds the instant. One that ends at or before it begins runs past midnight. */
export function isOpenAt(hours: RouteHours, nowMs: number): boolean {
  const { day, minute } = localTime(hours.timeZone, nowMs)
  const [from, to] = [minuteOf(hours.from), minuteOf(hours.to)]
  if (from < to) return hours.days.includes(day) && minute >= from && minute < to
  const yesterday = day === 1 ? 7 : day - 1
  return (hours.days.includes(day) && minute >= from) || (hours.days.includes(yesterday) && minute < to)
}

/** ISO weekday and minute of the day where the route is kept. */
function localTime(timeZone: string, nowMs: number): { day: number; minute: number } {
  const format =
    FORMATS.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  FORMATS.set(timeZone, format)
  const parts = Object.fromEntries(format.formatToParts(nowMs).map(({ type, value }) => [type, value]))
  return {
    day: DAYS.indexOf(parts.weekday ?? '') + 1,
    minute: (Number(parts.hour) * 60 + Number(parts.minute)) % MINUTES_A_DAY,
  }
}

function minuteOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour * 60 + minute
}
