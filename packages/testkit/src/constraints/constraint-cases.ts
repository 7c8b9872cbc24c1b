import type { ServiceId } from '@fairlead/wire/codec'
import type { Model, ModelShape } from '@fairlead/wire/model/model'
import { serviceModel } from '@fairlead/wire/service-models'
import { smallestInput } from '../sample-input.ts'
import { entriesOf, expressionOf, fits, itemsOf, shapeName, textOf, validValue } from './valid-value.ts'

/** One request that the model has something against, or just not. */
export interface ConstraintCase {
  /** `service:Operation`. */
  readonly operation: string
  /** What is tried, and with which member. */
  readonly title: string
  readonly input: Input
  /** `refused` names the member, `mistyped` is not even read; `accepted` is whatever else the operation says. */
  readonly outcome: 'refused' | 'mistyped' | 'accepted'
  /** Where the model's complaint points, as AWS spells it: as far as every way of telling it agrees. */
  readonly place: string
}

/** Longer texts are not tried: a body holds a megabyte. */
const longestText = 200_000
/** Nor are longer lists. */
const longestList = 2_000
/** Structures that hold themselves end at this depth. */
const deepest = 5

/** Every constraint of an operation's input, each member at and beyond each of its bounds. */
export function constraintCases(operation: string): readonly ConstraintCase[] {
  const [service = '', name = ''] = operation.split(':')
  const model = serviceModel(service as ServiceId)
  const input = model.operations[name]?.input
  if (input === undefined) return []
  const walk = new Walk(operation, model)
  walk.members(input, '', smallestInput(operation), (whole) => whole, 0)
  return walk.cases
}

type Input = Readonly<Record<string, unknown>>

class Walk {
  readonly cases: ConstraintCase[] = []
  readonly #operation: string
  readonly #model: Model

  constructor(operation: string, model: Model) {
    this.#operation = operation
    this.#model = model
  }

  /**
   * @param around a structure of the shape `name` without faults
   * @param inputWith the operation's input with another structure in its place
   */
  members(name: string, place: string, around: Input, inputWith: (structure: Input) => Input, depth: number): void {
    const shape = this.#model.shapes[name]
    if (shape?.type !== 'structure' || depth > deepest) return
    this.#add('unknown member', place, inputWith({ ...around, Unheard: 'of' }), 'accepted')
    for (const [member, reference] of Object.entries(shape.members ?? {})) {
      const at = `${place}${spoken(member)}`
      const put = (value: unknown) => inputWith({ ...around, [member]: value })
      if (shape.required?.includes(member)) {
        this.#add('missing', at, put(undefined), 'refused')
        if (this.#isJson) this.#add('null', at, put(null), 'refused')
      }
      // All that is in a URL is text.
      const isInUrl = typeof reference === 'object' && reference.location !== undefined
      if (!isInUrl) this.#mistype(shapeName(reference), at, put)
      this.#value(shapeName(reference), member, at, put, depth)
    }
  }

  #mistype(name: string, at: string, put: (value: unknown) => Input): void {
    const shape = this.#model.shapes[name]
    if (shape === undefined) return
    for (const wrong of wrongTypes(shape, this.#isJson)) {
      this.#add(`${typeof wrong} as ${shape.type}`, at, put(wrong), 'mistyped')
    }
  }

  #value(name: string, member: string, at: string, put: (value: unknown) => Input, depth: number): void {
    const shape = this.#model.shapes[name]
    if (shape === undefined) return
    for (const { title, value, outcome } of boundsOf(this.#model, shape, member))
      this.#add(title, at, put(value), outcome)
    if (shape.type === 'structure') {
      const valid = validValue(this.#model.shapes, name, member)
      if (typeof valid !== 'object' || valid === null) return
      this.members(name, `${at}.`, valid as Input, put, depth + 1)
    }
    if (shape.type === 'list' && depth < deepest) {
      const of = shapeName(shape.member)
      const isStructure = this.#model.shapes[of]?.type === 'structure'
      this.#mistype(of, at, (item) => put([item]))
      this.#value(of, member.replace(/s$/, ''), isStructure ? `${at}.1.member` : at, (item) => put([item]), depth + 1)
    }
    if (shape.type === 'map' && depth < deepest) {
      const [entry] = Object.entries((entriesOf(this.#model.shapes, shape, 1) ?? {}) as object)
      if (entry === undefined) return
      const putEntry = (value: unknown) => put({ [entry[0]]: value })
      this.#mistype(shapeName(shape.value), at, putEntry)
      this.#value(shapeName(shape.value), '', at, putEntry, depth + 1)
    }
  }

  get #isJson(): boolean {
    return this.#model.metadata.protocol !== 'query'
  }

  #add(what: string, place: string, input: Input, outcome: ConstraintCase['outcome']): void {
    this.cases.push({
      operation: this.#operation,
      title: `${this.#operation} ${place}: ${what}`,
      input,
      outcome,
      place,
    })
  }
}

// AWS names members as its Java code does.
function spoken(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1)
}

interface Tried {
  readonly title: string
  readonly value: unknown
  readonly outcome: 'refused' | 'accepted'
}

function boundsOf(model: Model, shape: ModelShape, member: string): readonly Tried[] {
  const { min, max, pattern } = shape
  const tried: Tried[] = []
  const add = (title: string, value: unknown, outcome: Tried['outcome']) => {
    if (value !== undefined) tried.push({ title, value, outcome })
  }
  if (min !== undefined && min > 0) {
    add('one less than the minimum', ofSize(model, shape, member, min - 1, false), 'refused')
    add('the minimum', ofSize(model, shape, member, min, true), 'accepted')
  }
  if (max !== undefined) {
    add('the maximum', ofSize(model, shape, member, max, true), 'accepted')
    add('one more than the maximum', ofSize(model, shape, member, max + 1, false), 'refused')
  }
  if (shape.enum) {
    add('not one of the enumeration', `${shape.enum[0]}?`, 'refused')
    for (const value of shape.enum.slice(0, 40)) add(`${value} of the enumeration`, value, 'accepted')
  }
  if (pattern !== undefined && shape.enum === undefined && expressionOf(pattern)) {
    const against = ['\u0001', ' ', '\u0001'.repeat(Math.max(1, min ?? 1)), '!?'.repeat(Math.max(1, min ?? 1))]
    const length = (text: string) => text.length >= (min ?? 0) && text.length <= (max ?? text.length)
    add(
      'against the pattern',
      against.find((text) => length(text) && !fits(shape, text)),
      'refused',
    )
  }
  return tried
}

/** A value of a size; a valid one when wished, as far as it is known how to make one. */
function ofSize(model: Model, shape: ModelShape, member: string, size: number, isValid: boolean): unknown {
  switch (shape.type) {
    case 'string':
      if (size > longestText) return undefined
      return isValid ? textOf(shape, [size]) : shape.enum ? undefined : 'a'.repeat(size)
    case 'list':
      return size > longestList ? undefined : itemsOf(model.shapes, shape, member, size)
    case 'map':
      return size > longestList ? undefined : entriesOf(model.shapes, shape, size)
    case 'blob':
      return size > longestText ? undefined : Buffer.alloc(size).toString('base64')
    case 'integer':
    case 'long':
      return size
    default:
      return undefined
  }
}

/** Values that are of another type, for what can be told apart in the protocol. */
function wrongTypes(shape: ModelShape, isJson: boolean): readonly unknown[] {
  switch (shape.type) {
    case 'string':
      return isJson ? [1, { a: 1 }] : []
    case 'boolean':
      return ['perhaps', ...(isJson ? [1] : [])]
    case 'integer':
    case 'long':
      return ['many', ...(isJson ? [[1]] : [])]
    case 'float':
    case 'double':
      return ['many']
    case 'timestamp':
      return ['tomorrow']
    case 'blob':
      return ['no base 64!']
    case 'list':
      return isJson ? ['many', { a: 'b' }] : []
    default:
      return isJson ? ['one', ['a']] : []
  }
}
