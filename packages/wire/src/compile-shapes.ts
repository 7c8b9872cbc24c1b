import type { Shape } from './shape.ts'

/** Holds what a shape was compiled to; empty while that is going on, which is how a shape can contain itself. */
export interface Compiled<F> {
  run: F
}

/**
 * Turns a rule that makes a function of a shape into a look-up that makes each only once. `build` gets the
 * look-up for the shape's parts and must not run what it gets, only keep it.
 */
export function compileShapes<F>(
  build: (shape: Shape, of: (part: Shape) => Compiled<F>) => F,
): (shape: Shape) => Compiled<F> {
  const slots = new Map<Shape, Compiled<F>>()
  const of = (shape: Shape): Compiled<F> => {
    const known = slots.get(shape)
    if (known) return known
    const slot = {} as Compiled<F>
    slots.set(shape, slot)
    slot.run = build(shape, of)
    return slot
  }
  return of
}
