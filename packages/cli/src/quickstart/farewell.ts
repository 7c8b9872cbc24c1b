import { join, relative } from 'node:path'
import { shellQuote } from '../env/shell-quote.ts'
import { binFolder } from '../repository.ts'
import type { Paint } from '../terminal/paint.ts'
import type { Sandbox } from './sandbox.ts'

export interface FarewellParts {
  readonly sandbox: Sandbox
  readonly nodeId: string
  readonly url: string
  readonly workingDirectory: string
  /** Whether `fairlead env` finds the sandbox without being told where. */
  readonly isUsualPlace: boolean
  readonly hasAwsCli: boolean
}

/** What to try next, to be copied line by line. */
export function farewell(parts: FarewellParts, paint: Paint): string {
  const { sandbox, nodeId, url, workingDirectory } = parts
  const near = (path: string) => shellQuote(nearPath(workingDirectory, path))
  const where = parts.isUsualPlace ? '' : ` --data-dir ${near(sandbox.serverDirectory)}`
  const sections = [
    [
      `Try it in another shell, from ${workingDirectory}`,
      ...(parts.hasAwsCli
        ? []
        : ['(the AWS CLI is not on your PATH: https://aws.amazon.com/cli/, or pip install awscli)']),
    ].join('\n'),
    block([
      `eval "$(${near(join(binFolder, 'fairlead'))} env${where})"`,
      'aws ssm describe-instance-information --output table',
      '',
      `id=$(aws ssm send-command --document-name AWS-RunShellScript --instance-ids ${nodeId} \\`,
      `     --parameters 'commands=["uptime"]' --query Command.CommandId --output text)`,
      `aws ssm wait command-executed --command-id "$id" --instance-id ${nodeId}`,
      `aws ssm get-command-invocation --command-id "$id" --instance-id ${nodeId}`,
      '',
      'fairlead run --all -- uname -r                       # the same for people: live, grouped, with its exit status',
      `fairlead shell ${nodeId}`,
      '',
      'aws iam create-access-key --user-name quickstart     # a user who may do nothing yet',
    ]),
    [
      `Endpoint   ${url}`,
      `Data       ${near(sandbox.serverDirectory)}, root key in ${near(join(sandbox.serverDirectory, 'credentials'))}`,
      `Logs       ${near(sandbox.serverLog)}, ${near(sandbox.nodeLog)}`,
      `Begin anew rm -r ${near(sandbox.directory)}`,
    ].join('\n'),
    paint('bold', 'Ctrl-C stops everything and keeps the data.'),
  ]
  return `\n${sections.join('\n\n')}\n`
}

function block(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')
}

/** The path as seen from a folder, where that is not longer than the path itself. */
function nearPath(from: string, path: string): string {
  const seen = relative(from, path) || '.'
  return seen.startsWith('..') ? path : seen
}
