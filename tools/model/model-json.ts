import type { Model } from '../../packages/wire/src/model/model.ts'

/** A model as JSON with one operation, error or shape a line, so that a new botocore makes a readable diff. */
export function modelJson(model: Model): string {
  const parts = Object.entries(model).map(([key, value]) => {
    if (key === 'botocore' || key === 'metadata') return `${JSON.stringify(key)}: ${JSON.stringify(value)}`
    const rows = Object.entries(value as Record<string, unknown>)
    const lines = rows.map(([name, row]) => `    ${JSON.stringify(name)}: ${JSON.stringify(row)}`)
    return `${JSON.stringify(key)}: {\n${lines.join(',\n')}\n  }`
  })
  return `{\n  ${parts.join(',\n  ')}\n}\n`
}
