/** Owns the first sentence of a monitor's page: whether it earns its noise, and what to do if it does not. */
import type { MonitorPage } from '@/lib/queries/monitor-page'
import { USE_DAYS } from '@/lib/queries/monitor-use'

export function sayWorth({
  monitor,
  use,
  usefulness,
}: Pick<MonitorPage, 'monitor' | 'use' | 'usefulness'>): string {
  if (!monitor.enabled) return 'It is switched off: nothing of it is judged.'
  const isOne = use.fired === 1
  const fired = `It took part in ${use.fired} ${isOne ? 'alert' : 'alerts'} in the last ${USE_DAYS} days`
  switch (usefulness) {
    case 'quiet':
      return `It has not fired in the last ${USE_DAYS} days.`
    case 'useful':
      return isOne
        ? `${fired}, and it was real.`
        : `${fired}; people found something real in ${use.real === use.fired ? 'all' : use.real} of them.`
    case 'noisy':
      // What found something real is not to be switched off.
      return use.real > 0
        ? `${fired}, and people marked ${use.falseAlarms} of them false and ${use.real} real: try another limit below.`
        : `${fired}, and people marked ${isOne ? 'it' : `${use.falseAlarms} of them`} false: try another limit below, or switch it off.`
    case 'unseen':
      return `${fired}, and nobody ever opened ${isOne ? 'it' : 'one'}: it may not be worth a call.`
    case 'unjudged':
      return `${fired}; nobody has said yet whether ${isOne ? 'it was' : 'they were'} real.`
  }
}
