import { asObject, MessageError } from './message-members.ts'
import { isParameterValue, type ParameterValue } from './parameter-value.ts'

const mostParameters = 200

/** The `Parameters` of a content, by name: at most 200, none of them null. Throws MessageError. */
export function readParameters(value: unknown): Readonly<Record<string, ParameterValue>> {
  const entries = Object.entries(asObject(value, 'Parameters'))
  if (entries.length > mostParameters) throw new MessageError(`${entries.length} parameters are too many`)
  const parameters: [string, ParameterValue][] = []
  for (const [name, given] of entries) {
    if (!isParameterValue(given)) throw new MessageError('a parameter must not be null')
    parameters.push([name, given])
  }
  return Object.fromEntries(parameters)
}
