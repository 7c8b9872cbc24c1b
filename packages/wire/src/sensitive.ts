import type { Shape } from './shape.ts'

/** Whether a shape is marked sensitive, or holds one that is. */
export function holdsSensitive(shape: Shape, seen: Set<Shape> = new Set()): boolean {
  if (shape.sensitive) return true
  if (seen.has(shape)) return false
  seen.add(shape)
  return partsOf(shape).some((part) => holdsSensitive(part, seen))
}

function partsOf(shape: Shape): Shape[] {
  if (shape.type === 'structure') return shape.members.map((member) => member.shape)
  if (shape.type === 'list') return [shape.member.shape]
  return shape.type === 'map' ? [shape.key.shape, shape.value.shape] : []
}
