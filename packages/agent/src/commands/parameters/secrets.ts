import type { NodeCalls } from '../../api/node-calls.ts'
import { orAborted } from '../work.ts'
import { ReferenceProblem } from './references.ts'

// As Amazon's agent has it (resolverbridge.go); unlike there the reference is the whole text.
const secretReference = /^\s*\{\{\s{0,100}(ssm-secure|ssm):([\w./-]{1,2048})\s{0,100}\}\}\s*$/

/**
 * The text itself, or what `{{ssm-secure:name}}` stands for: a SecureString in clear, for the inputs that may be secret
 * (user names, passwords, tokens). Never kept on disk, never told. Throws ReferenceProblem, ApiError, the network's error or
 * the signal's reason.
 */
export async function revealSecret(text: string, calls: NodeCalls, signal: AbortSignal): Promise<string> {
  const [, prefix, name] = secretReference.exec(text) ?? []
  if (prefix === undefined || name === undefined) return text.trim()

  const [parameter] = await orAborted(calls.getParameters([name], true), signal)
  if (parameter === undefined) {
    throw new ReferenceProblem(`The following parameter(s) cannot be resolved: ${name}`)
  }
  const isSecret = parameter.type === 'SecureString'
  if (prefix === 'ssm-secure' && !isSecret) {
    throw new ReferenceProblem(`secure prefix ssm-secure: is used for a non-secure type ${parameter.type}`)
  }
  if (prefix === 'ssm' && isSecret) {
    throw new ReferenceProblem('non-secure prefix ssm: is used for a secure type SecureString')
  }
  return parameter.value
}
