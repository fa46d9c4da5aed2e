/** Owns the bytes of the summaries of a whole version: traffic, and quality. */
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import { readDDSketch, readMoments, writeDDSketch, writeMoments } from '@/lib/summary/codec-parts'
import type { QualitySummary, TrafficSummary } from '@/lib/summary/types'

export function writeTraffic(writer: ByteWriter, traffic: TrafficSummary): void {
  writer.varint(traffic.records)
  writer.varint(traffic.errors)
  writer.varint(traffic.backfilled)
  writer.varint(traffic.late)
  writer.varint(traffic.timeAssumed)
  writer.varint(traffic.nullPredictions)
  writeDDSketch(writer, traffic.latency)
  writeMoments(writer, traffic.latencyMoments)
  writeMoments(writer, traffic.memory)
  writeMoments(writer, traffic.load)
}

export function readTraffic(reader: ByteReader): TrafficSummary {
  return {
    kind: 'traffic',
    records: reader.varint(),
    errors: reader.varint(),
    backfilled: reader.varint(),
    late: reader.varint(),
    timeAssumed: reader.varint(),
    nullPredictions: reader.varint(),
    latency: readDDSketch(reader),
    latencyMoments: readMoments(reader),
    memory: readMoments(reader),
    load: readMoments(reader),
  }
}

export function writeQuality(writer: ByteWriter, quality: QualitySummary): void {
  writer.varint(quality.n)
  writer.byte(quality.scoresRounded ? 1 : 0)
  writer.varint(quality.confusion.size)
  for (const actual of [...quality.confusion.keys()].sort()) {
    const row = quality.confusion.get(actual) ?? new Map<string, number>()
    writer.text(actual)
    writer.varint(row.size)
    for (const predicted of [...row.keys()].sort()) {
      writer.text(predicted)
      writer.varint(row.get(predicted) ?? 0)
    }
  }
  writer.varint(quality.scores.size)
  for (const [score, sides] of [...quality.scores].sort((a, b) => a[0] - b[0])) {
    writer.double(score)
    writer.varint(sides.negative)
    writer.varint(sides.positive)
  }
  for (const sum of [
    quality.absoluteError,
    quality.squaredError,
    quality.error,
    quality.actualSum,
    quality.actualSquares,
  ])
    writer.double(sum)
}

export function readQuality(reader: ByteReader): QualitySummary {
  const n = reader.varint()
  const rounded = reader.byte() === 1
  const confusion = new Map<string, Map<string, number>>()
  for (let left = reader.varint(); left > 0; left--) {
    const row = new Map<string, number>()
    confusion.set(reader.text(), row)
    for (let cells = reader.varint(); cells > 0; cells--) row.set(reader.text(), reader.varint())
  }
  const scores = new Map<number, { negative: number; positive: number }>()
  for (let left = reader.varint(); left > 0; left--) {
    scores.set(reader.double(), { negative: reader.varint(), positive: reader.varint() })
  }
  return {
    kind: 'quality',
    n,
    confusion,
    scores,
    ...(rounded && { scoresRounded: true }),
    absoluteError: reader.double(),
    squaredError: reader.double(),
    error: reader.double(),
    actualSum: reader.double(),
    actualSquares: reader.double(),
  }
}
