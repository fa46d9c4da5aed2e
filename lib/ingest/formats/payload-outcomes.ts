/** Owns reading the answers of serving stacks: one outcome for each row of the request. */
import {
  addSummary,
  isTensor,
  readTensor,
  rowOf,
  shapeOf,
  type Tensor,
  withoutLists,
} from '@/lib/ingest/formats/tensors'
import { isObject, type JsonObject, type JsonValue, own, parseAny, setOwn } from '@/lib/ingest/json-value'

/** What an answer says of one row, as fields of a record; `features` holds what is neither a prediction nor a score. */
export type Outcome = JsonObject

const SCORES = /prob|score|confidence/i
const LABELS = /predict|label|class|output/i
/** How far the sum of the scores of all classes may lie from 1. */
const SUM_TOLERANCE = 0.01
const MAX_CLASSES = 1_000

/** The outcomes of an answer; null for a value that is none, text for one that cannot be read. */
export function readOutcomes(payload: JsonValue | undefined): readonly Outcome[] | string | null {
  if (typeof payload === 'string') {
    const parsed = /^\s*[[{]/.test(payload) ? parseAny(payload) : undefined
    return typeof parsed === 'object' ? readOutcomes(parsed) : null
  }
  if (Array.isArray(payload)) return listOutcomes(payload, null)
  if (!isObject(payload)) return null
  const predictions = own(payload, 'predictions')
  if (predictions !== undefined && predictions !== null)
    return Array.isArray(predictions) ? listOutcomes(predictions, null) : [outcomeOf(predictions, null)]
  const outputs = own(payload, 'outputs')
  if (Array.isArray(outputs)) return listOutcomes(outputs, null)
  if (outputs !== undefined && outputs !== null) return [outcomeOf(outputs, null)]
  const data = own(payload, 'data')
  const values = isObject(data) ? (own(data, 'ndarray') ?? tensorRows(own(data, 'tensor'))) : undefined
  if (!isObject(data) || !Array.isArray(values)) return null
  const names = own(data, 'names')
  return listOutcomes(values, Array.isArray(names) ? names.map(String) : null)
}

function tensorRows(value: JsonValue | undefined): JsonValue[] | undefined {
  if (!isObject(value)) return undefined
  const tensor = readTensor({ shape: own(value, 'shape') ?? null, data: own(value, 'values') ?? null }, 0)
  if (typeof tensor === 'string') return undefined
  return Array.from({ length: tensor.rows }, (_, row) => [...rowOf(tensor, row)])
}

function listOutcomes(
  list: readonly JsonValue[],
  names: readonly string[] | null,
): readonly Outcome[] | string {
  if (list.some(isTensor)) return tensorOutcomes(list)
  return list.map((item) => outcomeOf(item, names))
}

/** Of several tensors one is the prediction, one holds its scores, and the rest are columns of their own. */
function tensorOutcomes(list: readonly JsonValue[]): readonly Outcome[] | string {
  const tensors: Tensor[] = []
  for (const [i, value] of list.entries()) {
    const tensor = isTensor(value) ? readTensor(value, i) : `Number ${i} of the tensors is none.`
    if (typeof tensor === 'string') return tensor
    tensors.push(tensor)
  }
  const count = tensors[0]?.rows ?? 0
  if (tensors.some(({ rows }) => rows !== count)) return 'The tensors do not have the same number of rows.'
  const score = tensors.length > 1 ? tensors.find(({ name }) => SCORES.test(name)) : undefined
  const others = tensors.filter((tensor) => tensor !== score)
  const main = others.find(({ name }) => LABELS.test(name)) ?? others[0]
  return Array.from({ length: count }, (_, row) => {
    const outcome: Outcome = main === undefined ? {} : tensorOutcome(main, row)
    const scores = score === undefined ? [] : rowOf(score, row)
    if (scores.length === 1) outcome.prediction_score = scores[0] as JsonValue
    else if (isDistribution(scores)) outcome.scores = byClass(scores, null)
    const rest = others.filter((tensor) => tensor !== main)
    if (rest.length > 0) addRest(outcome, rest, row)
    return outcome
  })
}

function tensorOutcome(tensor: Tensor, row: number): Outcome {
  const values = rowOf(tensor, row)
  if (tensor.rowShape.length <= 1) return outcomeOf([...values], null)
  const features: JsonObject = {}
  addSummary(features, 'prediction', tensor.rowShape, values)
  return { features }
}

function addRest(outcome: Outcome, rest: readonly Tensor[], row: number): void {
  const known = outcome.features
  const features: JsonObject = isObject(known) ? known : {}
  for (const tensor of rest) {
    const values = rowOf(tensor, row)
    const name = `outputs.${tensor.name}`
    if (values.length === 1) setOwn(features, name, values[0] as JsonValue)
    else addSummary(features, name, tensor.rowShape, values)
  }
  outcome.features = features
}

/** One value; scores of all classes, of which the largest is the prediction; or values that become columns. */
function outcomeOf(value: JsonValue, names: readonly string[] | null): Outcome {
  if (isObject(value)) return objectOutcome(value)
  if (!Array.isArray(value)) return { prediction: value }
  if (value.length === 1) return outcomeOf(value[0] as JsonValue, names)
  if (isDistribution(value)) {
    const best = value.indexOf(Math.max(...value))
    return { prediction: names?.[best] ?? best, scores: byClass(value, names) }
  }
  const features: JsonObject = {}
  if (value.some((item) => typeof item === 'object' && item !== null) || value.length > MAX_CLASSES)
    addSummary(features, 'prediction', shapeOf(value), value.flat(8) as JsonValue[])
  else for (const [i, item] of value.entries()) setOwn(features, `prediction_${names?.[i] ?? i}`, item)
  return { features }
}

function objectOutcome(value: JsonObject): Outcome {
  if (['label', 'class', 'value', 'prediction'].some((name) => Object.hasOwn(value, name)))
    return { prediction: value }
  const features: JsonObject = {}
  const plain = withoutLists(value)
  for (const name in plain) setOwn(features, `prediction_${name}`, plain[name] as JsonValue)
  return { features }
}

/** Whether these are the scores of all classes: each from 0 to 1, and together 1. */
function isDistribution(values: readonly JsonValue[]): values is number[] {
  if (values.length < 2 || values.length > MAX_CLASSES) return false
  let sum = 0
  for (const value of values) {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) return false
    sum += value
  }
  return Math.abs(sum - 1) <= SUM_TOLERANCE
}

function byClass(scores: readonly JsonValue[], names: readonly string[] | null): JsonObject {
  const found: JsonObject = {}
  for (const [i, score] of scores.entries()) setOwn(found, names?.[i] ?? String(i), score)
  return found
}
