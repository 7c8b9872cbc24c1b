import type { Model } from './model.ts'

/**
 * A service's model together with the operations that AWS publishes in no SDK. Shapes of `model` may be
 * used by the `own` part; a name that both define is a mistake.
 *
 * @throws Error when both define the same operation or shape.
 */
export function mergeModels(model: Model, own: Model): Model {
  for (const part of ['operations', 'shapes'] as const) {
    const twice = Object.keys(own[part]).find((name) => Object.hasOwn(model[part], name))
    if (twice !== undefined) throw new Error(`${part} has ${twice} twice`)
  }
  return {
    ...model,
    operations: { ...model.operations, ...own.operations },
    errors: { ...own.errors, ...model.errors },
    shapes: { ...model.shapes, ...own.shapes },
  }
}
