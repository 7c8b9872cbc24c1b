import { stepTimeoutSeconds } from '@fairlead/wire/step-timeout'
import type { DocumentContent } from './document.ts'
import { runsOfDocument } from './document-steps.ts'
import type { TypedParameters } from './parameters.ts'

/** How long a document may run: its steps run one after the other, each with its own timeoutSeconds. */
export function executionTimeoutSeconds(content: DocumentContent, parameters: TypedParameters): number {
  const seconds = runsOfDocument(content).reduce(
    (sum, inputs) => sum + secondsOf(inputs['timeoutSeconds'], parameters),
    0,
  )
  return Math.max(seconds, 1)
}

function secondsOf(input: unknown, parameters: TypedParameters): number {
  const name =
    typeof input === 'string' ? /^\{\{\s{0,16}([a-zA-Z0-9_-]{1,255})\s{0,16}\}\}$/.exec(input)?.[1] : undefined
  return stepTimeoutSeconds(name === undefined ? input : Object.hasOwn(parameters, name) ? parameters[name] : undefined)
}
