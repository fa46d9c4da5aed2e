/** Owns finding stored records by prediction id: in memory for the newest part of the log, by scanning beyond it. */
import type { FoundRecord, LogPosition } from '@/db/contracts/log-store'
import { Fingerprinter } from '@/db/sqlite/log/fingerprint'
import { loadAfter, loadNewest } from '@/db/sqlite/log/load-newest'
import type { PartitionReaders } from '@/db/sqlite/log/partition-readers'
import { DEDUP_HORIZON, RecordIdentities } from '@/db/sqlite/log/record-identities'
import { placeKey, readStoredRecords } from '@/db/sqlite/log/stored-records'
import type { PredictionRecord } from '@/lib/domain/record'

interface Wanted {
  readonly id: string
  readonly high: number
  readonly low: number
}

/** Ids looked up at once: bounds how many decoded lines are held. */
const LOOKUP_STEP = 10_000

export class RecordFinder {
  private identities: RecordIdentities | null = null
  private position: LogPosition | null = null
  private firstDay = ''

  constructor(
    private readonly readers: PartitionReaders,
    private readonly horizon: number = DEDUP_HORIZON,
  ) {}

  /** Records of a model by id, the newest where there are several. The first call of a process reads all fingerprints. */
  find(model: string, ids: readonly string[]): Map<string, FoundRecord> {
    const identities = this.catchUp()
    const fingerprinter = new Fingerprinter(model)
    const found = new Map<string, FoundRecord>()
    const unknown: Wanted[] = []
    for (let from = 0; from < ids.length; from += LOOKUP_STEP) {
      const wanted = ids.slice(from, from + LOOKUP_STEP).map((id): Wanted => {
        fingerprinter.compute(id)
        return { id, high: fingerprinter.high, low: fingerprinter.low }
      })
      this.findRecent(identities, model, wanted, found)
      for (const want of wanted) if (!found.has(want.id)) unknown.push(want)
    }
    if (unknown.length > 0) this.scanOlder(model, unknown, found)
    return found
  }

  private catchUp(): RecordIdentities {
    if (this.identities && this.position) {
      this.position = loadAfter(this.identities, this.readers, this.position)
      return this.identities
    }
    this.identities = new RecordIdentities(this.horizon)
    this.position = loadNewest(this.identities, this.readers, this.horizon)
    this.firstDay = this.identities.locate(this.identities.firstOrdinal)?.day ?? ''
    return this.identities
  }

  private findRecent(
    identities: RecordIdentities,
    model: string,
    wanted: readonly Wanted[],
    found: Map<string, FoundRecord>,
  ): void {
    const places = wanted.map(({ high, low }) => {
      const ordinal = identities.find(high, low)
      return ordinal < 0 ? null : identities.locate(ordinal)
    })
    const stored = readStoredRecords(
      this.readers,
      places.filter((place) => place !== null),
    )
    for (const [i, { id }] of wanted.entries()) {
      const place = places[i]
      const row = place && stored.get(placeKey(place))
      if (!place || row?.model !== model) continue
      const record = JSON.parse(row.text) as PredictionRecord
      if (record.id === id)
        found.set(id, { version: row.version, position: { day: place.day, seq: place.seq }, record })
    }
  }

  /** Looks through the fingerprints of partitions that are not (wholly) in memory, newest first. */
  private scanOlder(model: string, wanted: readonly Wanted[], found: Map<string, FoundRecord>): void {
    let missing = new Map(wanted.map((want) => [want.high * 0x1_0000_0000 + want.low, want]))
    for (const day of this.readers.listDays().reverse()) {
      if (missing.size === 0) return
      if (this.firstDay !== '' && day > this.firstDay) continue
      if (this.firstDay === '' || (day === this.firstDay && this.identities?.firstOrdinal === 0)) continue
      for (const { seq, index, want } of this.matchesIn(day, model, missing)) {
        const place = { day, seq, index }
        const row = readStoredRecords(this.readers, [place]).get(placeKey(place))
        if (!row) continue
        const record = JSON.parse(row.text) as PredictionRecord
        if (record.id === want.id)
          found.set(want.id, { version: row.version, position: { day, seq }, record })
      }
      missing = new Map([...missing].filter(([, { id }]) => !found.has(id)))
    }
  }

  private matchesIn(
    day: string,
    model: string,
    missing: ReadonlyMap<number, Wanted>,
  ): { seq: number; index: number; want: Wanted }[] {
    const matches: { seq: number; index: number; want: Wanted }[] = []
    const blocks =
      this.readers
        .get(day)
        ?.prepare<[string], { seq: number; fingerprints: Buffer }>(
          'SELECT seq, fingerprints FROM record_block WHERE model = ? ORDER BY seq',
        )
        .iterate(model) ?? []
    for (const { seq, fingerprints } of blocks) {
      for (let at = 0; at < fingerprints.length; at += 8) {
        const high = fingerprints.readUInt32LE(at)
        const low = fingerprints.readUInt32LE(at + 4)
        // The sum rounds to 53 bits, which is enough to skip: a match is compared in full.
        const want = missing.get(high * 0x1_0000_0000 + low)
        if (want && want.high === high && want.low === low) matches.push({ seq, index: at / 8, want })
      }
    }
    return matches
  }
}
