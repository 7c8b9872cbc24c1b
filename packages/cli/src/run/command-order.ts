import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SendCommandRequest } from '@fairlead/wire/model/generated/ssm'
import { CliError, UsageError } from '../cli-error.ts'

/** What to run, as the command line has it. */
export interface WorkOptions {
  readonly document?: string
  readonly documentVersion?: string
  readonly parameter?: readonly string[]
  readonly powershell?: boolean
  readonly script?: string
  /** Seconds that the command may run on a node. */
  readonly timeout?: number
  /** Seconds within which a node must have it. */
  readonly deliverWithin?: number
  readonly comment?: string
  readonly maxConcurrency?: string
  readonly maxErrors?: string
}

/** A SendCommand without its nodes. */
export type CommandOrder = Omit<SendCommandRequest, 'InstanceIds' | 'Targets'>

/** Throws UsageError when there is nothing to run, or two things. */
export function commandOrder(
  words: readonly string[],
  options: WorkOptions,
  { workingDirectory }: { readonly workingDirectory: string },
): CommandOrder {
  const { document, powershell = false, script, timeout } = options
  const parameters = readParameters(options.parameter ?? [])
  if (words.length > 0 && script !== undefined) throw new UsageError('Give --script FILE or words after --, not both.')
  // As ssh does it: the node's shell reads the words anew.
  const text = script === undefined ? words.join(' ') : readScript(resolve(workingDirectory, script), script)
  if (text !== '') parameters['commands'] = [text]
  if (timeout !== undefined) parameters['executionTimeout'] = [String(timeout)]
  if (document === undefined && text === '') {
    throw new UsageError('Say what to run: words after --, --script FILE, or --document NAME.')
  }
  const DocumentName = document ?? (powershell ? 'AWS-RunPowerShellScript' : 'AWS-RunShellScript')
  return {
    DocumentName,
    Parameters: parameters,
    ...part('DocumentVersion', options.documentVersion),
    ...part('Comment', options.comment),
    ...part('TimeoutSeconds', options.deliverWithin),
    ...part('MaxConcurrency', options.maxConcurrency),
    // People who run something everywhere want to hear from everywhere; AWS's own stops at the first error.
    MaxErrors: options.maxErrors ?? '100%',
  }
}

function part<Name extends string, Value>(name: Name, value: Value | undefined) {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in Name]: Value })
}

function readParameters(all: readonly string[]): Record<string, string[]> {
  const parameters: Record<string, string[]> = Object.create(null)
  for (const text of all) {
    const at = text.indexOf('=')
    if (at < 1) throw new UsageError(`${text} is no parameter: it is NAME=VALUE, once for each value.`)
    const name = text.slice(0, at)
    parameters[name] = [...(parameters[name] ?? []), text.slice(at + 1)]
  }
  return { ...parameters }
}

function readScript(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(`The script ${name} cannot be read.`, { cause })
  }
}
