import { compileShapes } from './compile-shapes.ts'
import { type Constraint, constraintsOf } from './constraint.ts'
import { holdsSensitive } from './sensitive.ts'
import type { ListShape, MapShape, Shape, StructureShape } from './shape.ts'
import { mostViolations, type Place, type Violation, violation } from './violation.ts'

type Validate = (value: unknown, parent: Place | undefined, name: string, found: Violation[]) => void

/**
 * How a bad item of a list or map is told: `container` shows the whole list and every constraint of its
 * items, as SSM and IAM do; `element` names the item.
 */
export type ItemStyle = 'container' | 'element'

/**
 * A look-up of functions that add a violation for each constraint of the model that a decoded value
 * breaks, until there are `mostViolations`.
 */
export function validators(style: ItemStyle): (shape: Shape) => { run: Validate } {
  return compileShapes<Validate>((shape, of) => {
    const own = ownValidator(shape)
    const parts = partsValidator(shape, style, of)
    if (!own || !parts) return own ?? parts ?? (() => {})
    return (value, parent, name, found) => {
      const before = found.length
      own(value, parent, name, found)
      if (found.length === before) parts(value, parent, name, found)
    }
  })
}

function ownValidator(shape: Shape): Validate | undefined {
  const constraints = constraintsOf(shape)
  if (constraints.length === 0) return undefined
  const secret = holdsSensitive(shape)
  return (value, parent, name, found) => {
    for (const text of broken(constraints, value)) report(found, violation({ parent, name }, value, secret, text))
  }
}

function broken(constraints: readonly Constraint[], value: unknown): string[] {
  let texts: string[] = none
  let tooLong = false
  for (const constraint of constraints) {
    if ((tooLong && constraint.costly) || constraint.holds(value)) continue
    if (constraint.bounds) tooLong = true
    texts = [...texts, constraint.text]
  }
  return texts
}

const none: string[] = []

function partsValidator(shape: Shape, style: ItemStyle, of: (part: Shape) => { run: Validate }): Validate | undefined {
  if (shape.type === 'structure') return membersValidator(shape, of)
  if (shape.type !== 'list' && shape.type !== 'map') return undefined
  const leaf = leafOf(shape)
  if (style === 'container' && leaf.type !== 'structure') return containerValidator(shape)
  return shape.type === 'list' ? itemsValidator(of(shape.member.shape)) : entriesValidator(shape, of)
}

function membersValidator(shape: StructureShape, of: (part: Shape) => { run: Validate }): Validate {
  const members = shape.members.map((member) => ({
    name: member.name,
    spoken: lowerFirst(member.name),
    required: member.required,
    secret: holdsSensitive(member.shape),
    validator: of(member.shape),
  }))
  return (value, parent, name, found) => {
    // The request itself has no name: its members stand at the top.
    const place = name === '' ? undefined : { parent, name }
    for (const { name, spoken, required, secret, validator } of members) {
      const part = (value as Record<string, unknown>)[name]
      if (part !== undefined) validator.run(part, place, spoken, found)
      else if (required) {
        report(found, violation({ parent: place, name: spoken }, undefined, secret, 'Member must not be null'))
      }
      if (found.length >= mostViolations) return
    }
  }
}

function itemsValidator(item: { run: Validate }): Validate {
  return (value, parent, name, found) => {
    const items = value as readonly unknown[]
    for (let index = 0; index < items.length && found.length < mostViolations; index++) {
      item.run(items[index], { parent: { parent, name }, name: String(index + 1) }, 'member', found)
    }
  }
}

function entriesValidator(shape: MapShape, of: (part: Shape) => { run: Validate }): Validate {
  const keys = satisfaction(shape.key.shape)
  const secret = holdsSensitive(shape)
  const item = of(shape.value.shape)
  return (value, parent, name, found) => {
    const place = { parent, name }
    for (const [key, part] of Object.entries(value as object)) {
      if (found.length >= mostViolations) return
      if (keys.holds(key)) item.run(part, { parent: place, name: key }, 'member', found)
      else
        report(found, violation(place, value, secret, `Map keys must satisfy constraint: [${keys.texts.join(', ')}]`))
    }
  }
}

function containerValidator(shape: ListShape | MapShape): Validate {
  const rules = itemRules(shape)
  const secret = holdsSensitive(shape)
  return (value, parent, name, found) => {
    for (const { text, holds } of rules) {
      if (!holds(value)) report(found, violation({ parent, name }, value, secret, text))
    }
  }
}

interface ItemRule {
  readonly text: string
  holds(value: unknown): boolean
}

/** A rule over all items of a list, or all keys and all values of a map, with AWS's bracketed words for it. */
function itemRules(shape: ListShape | MapShape): ItemRule[] {
  const rule = (what: string, part: Shape, partsOf: (value: object) => unknown[]): ItemRule[] => {
    const { texts, holds } = satisfaction(part)
    if (texts.length === 0) return []
    return [
      {
        text: `${what} must satisfy constraint: [${texts.join(', ')}]`,
        holds: (value) => partsOf(value as object).every(holds),
      },
    ]
  }
  if (shape.type === 'list') return rule('Member', shape.member.shape, (value) => value as unknown[])
  return [...rule('Map keys', shape.key.shape, Object.keys), ...rule('Map value', shape.value.shape, Object.values)]
}

/** Everything that is asked of a value without structures in it, told and judged as one. */
function satisfaction(shape: Shape): { texts: readonly string[]; holds(value: unknown): boolean } {
  const constraints = constraintsOf(shape)
  const rules = shape.type === 'list' || shape.type === 'map' ? itemRules(shape) : []
  return {
    texts: [...constraints, ...rules].map(({ text }) => text),
    holds: (value) => constraints.every(({ holds }) => holds(value)) && rules.every(({ holds }) => holds(value)),
  }
}

function leafOf(shape: Shape): Shape {
  if (shape.type === 'list') return leafOf(shape.member.shape)
  return shape.type === 'map' ? leafOf(shape.value.shape) : shape
}

function report(found: Violation[], text: Violation): void {
  if (found.length < mostViolations) found.push(text)
}

// AWS names members as its Java code does.
function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
