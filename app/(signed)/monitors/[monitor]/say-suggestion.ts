/** Owns what alerts that people marked say of a limit, in words. */
import type { SuggestedLimit } from '@/lib/queries/suggest-limit'

/** Null where nobody marked one false: then there is nothing to mend. */
export function saySuggestion({ limit, falseAlarms, real }: SuggestedLimit): string | null {
  if (falseAlarms === 0) return null
  const marked = `People marked ${falseAlarms} ${falseAlarms === 1 ? 'alert' : 'alerts'} of this monitor false${real === 0 ? '' : ` and ${real} real`}.`
  const [it, the] = falseAlarms === 1 ? ['It', 'one'] : ['They', 'ones']
  if (real === 0) {
    return limit === null
      ? `${marked} ${it} went as far as values can go, so no limit would have kept ${it === 'It' ? 'it' : 'them'} quiet.`
      : `${marked} ${it} would have stayed within a limit of ${limit}.`
  }
  return limit === null
    ? `${marked} No limit tells them apart: a false one went as far as a real one.`
    : `${marked} The false ${the} would have stayed within a limit of ${limit}, and the real ${real === 1 ? 'one' : 'ones'} gone beyond it.`
}
