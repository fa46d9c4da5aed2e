/** Owns the contract for change markers. */
import type { Marker } from '@/lib/domain/marker'
import type { TimeRange } from '@/lib/domain/time'

export interface MarkerRecords {
  addMarker(marker: Omit<Marker, 'id'>): Promise<Marker>
  /**
   * Markers in a time range, oldest first; of one model (with those that concern every model) or of all. The newest
   * `limit` are kept.
   */
  listMarkers(query: { range: TimeRange; model?: string; limit: number }): Promise<Marker[]>
  /** @returns whether there was one */
  deleteMarker(markerId: number): Promise<boolean>
  /** Deletes markers of before the instant; returns rows deleted. */
  deleteMarkersBefore(instantMs: number): Promise<number>
}
