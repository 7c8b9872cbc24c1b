import type { Model } from './model/model.ts'

/** Which operation a path of a rest-json service means, and what stands in the path's places. */
export interface RestRoute {
  readonly name: string
  readonly uri: Readonly<Record<string, string>>
}

interface Template {
  readonly name: string
  readonly method: string
  /** A text stands for itself, a place for one segment: its slashes are escaped. */
  readonly segments: readonly { readonly text: string; readonly isPlace: boolean }[]
}

/** No path of a service has more. */
const mostSegments = 16

/** A look-up of a rest-json service's operations by method and path (without the query string). */
export function restRoutes(model: Model): (method: string, path: string) => RestRoute | undefined {
  const templates = Object.entries(model.operations).map(([name, { http }]): Template => {
    const { method, path } = http ?? { method: 'POST', path: '/' }
    return { name, method, segments: segmentsOf(path) }
  })
  return (method, path) => {
    const parts = path.split('/', mostSegments)
    for (const template of templates) {
      const uri = template.method === method ? match(template, parts) : undefined
      if (uri) return { name: template.name, uri }
    }
    return undefined
  }
}

/** The path that a client asks for; undefined when a place of it has no value. */
export function fillPath(path: string, uri: Readonly<Record<string, string>>): string | undefined {
  const parts = segmentsOf(path).map(({ text, isPlace }) =>
    isPlace ? uri[text] && encodeURIComponent(uri[text]) : text,
  )
  return parts.includes(undefined) ? undefined : parts.join('/')
}

function segmentsOf(path: string): Template['segments'] {
  return path.split('/').map((segment) => {
    const isPlace = segment.startsWith('{') && segment.endsWith('}')
    return { text: isPlace ? segment.slice(1, -1) : segment, isPlace }
  })
}

function match({ segments }: Template, parts: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== segments.length) return undefined
  const uri: Record<string, string> = Object.create(null)
  for (const [index, { text, isPlace }] of segments.entries()) {
    const part = parts[index] ?? ''
    if (!isPlace && part !== text) return undefined
    const value = isPlace ? decoded(part) : ''
    if (value === undefined) return undefined
    if (isPlace) uri[text] = value
  }
  return uri
}

function decoded(part: string): string | undefined {
  try {
    return part === '' ? undefined : decodeURIComponent(part)
  } catch {
    // Not an encoding of anything: no operation is meant.
    return undefined
  }
}
