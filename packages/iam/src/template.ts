import type { Context } from './context.ts'

/** `*` in a pattern: any run of characters, also none. */
export const anyRun = -1
/** `?` in a pattern: exactly one character. */
export const anyOne = -2

/** `${key}` or `${key, 'fallback'}`: a policy variable, its key in lower case and as written. */
export interface Variable {
  readonly key: string
  readonly written: string
  readonly fallback?: string
}

/** A stretch of literal text, a wildcard, or a variable. */
export type Part = string | typeof anyRun | typeof anyOne | Variable
/** A part whose variables have been replaced. */
export type FixedPart = Exclude<Part, Variable>

/** Which marks mean something: `wildcards` for `*` and `?`, `variables` for `${…}` (version 2012-10-17 only). */
export interface TemplateForm {
  readonly wildcards: boolean
  readonly variables: boolean
}

const fallbackForm = /^([^,]*),\s*'([^']*)'\s*$/

/** Reads a pattern or value of a policy. Never fails: a `${` without its `}` is text. */
export function readTemplate(text: string, form: TemplateForm): readonly Part[] {
  const parts: Part[] = []
  let literal = ''
  const add = (part: Part): void => {
    if (literal !== '') parts.push(literal)
    literal = ''
    parts.push(part)
  }
  // Once no `}` is left there will be none later either; remembering it keeps `${${${…` linear.
  let closed = true
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at)
    const end = closed && form.variables && char === '$' && text[at + 1] === '{' ? text.indexOf('}', at) : undefined
    if (end === -1) closed = false
    if (end !== undefined && end !== -1) {
      const name = text.slice(at + 2, end)
      if (name === '*' || name === '?' || name === '$') literal += name
      else add(variableOf(name))
      at = end
    } else if (form.wildcards && char === '*') add(anyRun)
    else if (form.wildcards && char === '?') add(anyOne)
    else literal += char
  }
  if (literal !== '') parts.push(literal)
  return parts
}

function variableOf(name: string): Variable {
  const [, key, fallback] = fallbackForm.exec(name) ?? []
  const written = (key ?? name).trim()
  return { key: written.toLowerCase(), written, ...(fallback === undefined ? {} : { fallback }) }
}

/** The keys of the variables in it, in lower case. */
export function variablesOf(parts: readonly Part[]): readonly string[] {
  return parts.filter(isVariable).map((part) => part.key)
}

/** The keys of the variables in it, as written. */
export function writtenVariables(parts: readonly Part[]): readonly string[] {
  return parts.filter(isVariable).map((part) => part.written)
}

/** Whether nothing in it is left to replace. */
export function isFixed(parts: readonly Part[]): parts is readonly FixedPart[] {
  return !parts.some(isVariable)
}

/**
 * Puts values in the place of variables; undefined when one has none. A value is text, whatever it holds: a `*`
 * in a user's tag must not become a wildcard. A key with several values has no single value to put.
 */
export function resolve(parts: readonly Part[], context: Context): readonly FixedPart[] | undefined {
  const fixed: FixedPart[] = []
  for (const part of parts) {
    if (!isVariable(part)) {
      fixed.push(part)
      continue
    }
    const value = context(part.key) ?? part.fallback
    if (typeof value !== 'string') return undefined
    fixed.push(value)
  }
  return fixed
}

function isVariable(part: Part): part is Variable {
  return typeof part === 'object'
}
