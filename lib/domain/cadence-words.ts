/** Owns how the length of a window is said. */
import type { Cadence } from '@/lib/domain/time'

export const CADENCE_WORDS: Readonly<Record<Cadence, string>> = {
  '1m': 'one minute',
  '5m': '5 minutes',
  '15m': '15 minutes',
  '1h': 'one hour',
  '6h': '6 hours',
  '1d': 'one day',
  '1w': 'one week',
  '1mo': 'one calendar month',
}
