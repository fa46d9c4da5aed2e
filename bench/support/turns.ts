/** Owns timing functions of this process side by side: in turns, so that noise of the machine meets all of them. */
import { median } from '@/bench/support/figures'

/** Milliseconds of CPU: what else runs on the machine does not count. */
function cpuMs(run: () => unknown): number {
  const started = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1_000
}

/**
 * @param runs by name, each called once a round
 * @param rounds of which the first two are to warm up and do not count
 * @returns median milliseconds of CPU by name, and the median of `name` over `floor` of the same round
 */
export function timeInTurns<Name extends string>(
  runs: Readonly<Record<Name, () => unknown>>,
  rounds: number,
): { ms: (name: Name) => number; ratio: (name: Name, floor: Name) => number } {
  const names = Object.keys(runs) as Name[]
  const all = Array.from({ length: rounds }, () => {
    const times = new Map<Name, number>()
    for (const name of names) times.set(name, cpuMs(runs[name]))
    return times
  }).slice(2)
  const of = (times: ReadonlyMap<Name, number>, name: Name) => times.get(name) ?? 0
  return {
    ms: (name) => median(all.map((times) => of(times, name))),
    ratio: (name, floor) => median(all.map((times) => of(times, name) / of(times, floor))),
  }
}
