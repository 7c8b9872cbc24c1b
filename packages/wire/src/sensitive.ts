import type { Shape } from './shape.ts'

/** Whether a shape is marked sensitive, or holds one that is. */
export function holdsSensitive(shape: Shape): boolean {
  return holds(shape, (part) => part.sensitive)
}

/** Whether a shape, or one that it holds, is such. */
export function holds(shape: Shape, isSuch: (shape: Shape) => boolean, seen: Set<Shape> = new Set()): boolean {
  if (isSuch(shape)) return true
  if (seen.has(shape)) return false
  seen.add(shape)
  return partsOf(shape).some((part) => holds(part, isSuch, seen))
}

function partsOf(shape: Shape): Shape[] {
  if (shape.type === 'structure') return shape.members.map((member) => member.shape)
  if (shape.type === 'list') return [shape.member.shape]
  return shape.type === 'map' ? [shape.key.shape, shape.value.shape] : []
}
