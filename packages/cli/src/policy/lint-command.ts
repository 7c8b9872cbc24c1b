import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { LintFinding } from '@fairlead/iam/lint'
import type { ApiClient } from '../api/api-client.ts'
import { xmlText } from '../api/xml-text.ts'
import { CliError } from '../cli-error.ts'
import { sessionServer } from '../session/session-target.ts'
import type { Surroundings } from '../surroundings.ts'
import { type Paint, painter } from '../terminal/paint.ts'

export interface LintOptions {
  readonly json?: boolean
  readonly dataDir?: string
}

/** `fairlead policy lint`: 0 when nothing bites, 1 when something does. Notes alone are no reason to fail. */
export async function lintCommand(name: string, options: LintOptions, surroundings: Surroundings): Promise<number> {
  const { stdout, workingDirectory } = surroundings
  const text = name.startsWith('arn:')
    ? await managedPolicy(name, await sessionServer(options.dataDir, surroundings).client())
    : fileText(resolve(workingDirectory, name))
  // Its tables are large, and no other command needs them.
  const { lintPolicy } = await import('@fairlead/iam/lint')
  const findings = lintPolicy(text)
  const status = findings.some(({ severity }) => severity !== 'note') ? 1 : 0
  if (options.json === true) {
    stdout.write(`${JSON.stringify({ policy: name, findings }, undefined, 2)}\n`)
    return status
  }
  const paint = painter(stdout, surroundings)
  for (const finding of findings) stdout.write(`${shown(name, finding, paint)}\n`)
  stdout.write(`${summary(findings)}\n`)
  return status
}

const colours = { error: 'red', warning: 'yellow', note: 'dim' } as const

function shown(name: string, finding: LintFinding, paint: Paint): string {
  const { code, severity, statement, sid, line, column, message, instead } = finding
  const of = statement === undefined ? '' : ` statement ${statement + 1}${sid === undefined ? '' : ` (${sid})`}`
  const head = `${paint('bold', `${name}:${line}:${column}`)} ${paint(colours[severity], severity)} ${code}${of}`
  return `${head}\n  ${message}\n  ${paint('dim', 'Instead:')} ${instead}\n`
}

function summary(findings: readonly LintFinding[]): string {
  if (findings.length === 0) return 'Nothing in it bites.'
  const counted = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  return counted.join(', ')
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new CliError(`The policy ${path} cannot be read.`, { cause })
  }
}

/** The text in force of a managed policy. */
async function managedPolicy(PolicyArn: string, api: ApiClient): Promise<string> {
  const policy = await api.iam('GetPolicy', { PolicyArn })
  const VersionId = xmlText(policy, 'DefaultVersionId') ?? ''
  const version = await api.iam('GetPolicyVersion', { PolicyArn, VersionId })
  return decodeURIComponent(xmlText(version, 'Document') ?? '')
}
