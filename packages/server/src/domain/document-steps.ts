import type { DocumentContent, DocumentStep } from './document.ts'

/**
 * What a document does, one after the other, whatever its schema. Before 2.0 a plugin is a step of its own name, as
 * agents report it; one that has its inputs in a list runs once for each of them.
 */
export function stepsOfDocument({
  mainSteps,
  runtimeConfig = {},
}: Pick<DocumentContent, 'mainSteps' | 'runtimeConfig'>): readonly DocumentStep[] {
  return (
    mainSteps ??
    Object.entries(runtimeConfig).map(([action, { properties }]) => ({
      action,
      name: action,
      inputs: objectsIn(properties)[0] ?? {},
    }))
  )
}

/** The inputs that each run of a plugin has. */
export function runsOfDocument({
  mainSteps,
  runtimeConfig = {},
}: Pick<DocumentContent, 'mainSteps' | 'runtimeConfig'>): readonly Readonly<Record<string, unknown>>[] {
  if (mainSteps) return mainSteps.map(({ inputs }) => inputs)
  return Object.values(runtimeConfig).flatMap(({ properties }) => {
    const runs = objectsIn(properties)
    return runs.length > 0 ? runs : [{}]
  })
}

function objectsIn(properties: unknown): readonly Readonly<Record<string, unknown>>[] {
  const listed: readonly unknown[] = Array.isArray(properties) ? properties : [properties]
  return listed.filter((item) => typeof item === 'object' && item !== null) as readonly Readonly<
    Record<string, unknown>
  >[]
}
