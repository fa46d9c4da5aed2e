/** Owns reading tensors: those of the Open Inference Protocol (V2), and lists in lists; long ones are kept as shape and length only. */
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

/** A tensor row by row: `columns` wide, each row a run of `data`. */
export interface Tensor {
  readonly name: string
  /** All dimensions but the first. */
  readonly rowShape: readonly number[]
  readonly rows: number
  readonly data: readonly JsonValue[]
}

const DATATYPE = /^(BOOL|U?INT(8|16|32|64)|FP(16|32|64)|BF16|BYTES)$/

/** Whether a value is a V2 tensor, if perhaps an incomplete one: a row of features has neither a shape nor such a type. */
export function isTensor(value: JsonValue | undefined): value is JsonObject {
  if (!isObject(value) || !Array.isArray(own(value, 'data'))) return false
  if (Array.isArray(own(value, 'shape'))) return true
  const datatype = own(value, 'datatype')
  return typeof datatype === 'string' && DATATYPE.test(datatype)
}

/** The tensor, or why it is none as a sentence. Data may be flat or nested; texts that are tagged base64 are decoded. */
export function readTensor(value: JsonObject, index: number): Tensor | string {
  const shape = own(value, 'shape')
  const nameValue = own(value, 'name')
  const name = typeof nameValue === 'string' && nameValue !== '' ? nameValue : `input_${index}`
  if (!Array.isArray(shape)) return `The tensor "${name}" has no shape.`
  if (!shape.every((size) => typeof size === 'number' && Number.isSafeInteger(size) && size >= 0))
    return `The shape of the tensor "${name}" is no list of sizes.`
  const sizes = shape as number[]
  const data = (own(value, 'data') as JsonValue[]).flat(8) as JsonValue[]
  const size = sizes.reduce((product, count) => product * count, 1)
  if (size !== data.length)
    return `The tensor "${name}" holds ${data.length} values, and its shape tells of ${size}.`
  const [rows = 1, ...rowShape] = sizes
  // Rows without values cost nothing to announce.
  if (rows > data.length) return `The rows of the tensor "${name}" hold no values.`
  const parameters = own(value, 'parameters')
  const isBase64 = isObject(parameters) && own(parameters, 'content_type') === 'base64'
  const isBytes = own(value, 'datatype') === 'BYTES'
  return { name, rowShape, rows, data: isBase64 && isBytes ? data.map(decodeBase64) : data }
}

function decodeBase64(value: JsonValue): JsonValue {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value
}

/** Values of one row of a tensor. */
export function rowOf({ data, rows }: Tensor, row: number): readonly JsonValue[] {
  const width = rows === 0 ? 0 : data.length / rows
  return data.slice(row * width, (row + 1) * width)
}

/** Puts what is kept of a tensor that is no list of features: its shape, and its Euclidean length where it is numeric. */
export function addSummary(
  features: JsonObject,
  name: string,
  shape: readonly number[],
  data: readonly JsonValue[],
): void {
  setOwn<JsonValue>(features, `${name}.shape`, shape.join('x'))
  let squares = 0
  for (const value of data) {
    if (typeof value !== 'number') return
    squares += value * value
  }
  if (Number.isFinite(squares)) setOwn<JsonValue>(features, `${name}.norm`, Math.sqrt(squares))
}

/** Dimensions of lists in lists, as far as the first elements tell. */
export function shapeOf(value: JsonValue): number[] {
  const shape: number[] = []
  for (let at: JsonValue | undefined = value; Array.isArray(at); at = at[0]) shape.push(at.length)
  return shape
}

/** The same object with every list in it kept as shape and length. */
export function withoutLists(row: JsonObject): JsonObject {
  if (!Object.values(row).some((value) => Array.isArray(value))) return row
  const features: JsonObject = {}
  for (const name in row) {
    const value = row[name] as JsonValue
    if (Array.isArray(value)) addSummary(features, name, shapeOf(value), value.flat(8) as JsonValue[])
    else setOwn(features, name, value)
  }
  return features
}
