import type { Command } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { CanOptions } from './can-command.ts'
import type { ExplainOptions } from './explain-command.ts'

const dataDirOption = ['--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools'] as const

/** `fairlead explain` and `fairlead can`. */
export function addExplain(fairlead: Command, surroundings: Surroundings, exitWith: (status: number) => void): void {
  fairlead
    .command('explain')
    .description('Say why a request was allowed or denied. Its id is in its answer; AWS’s tools show it with --debug.')
    .argument('<request-id>', 'x-amzn-RequestId of the answer')
    .option('--json', 'as the API answers it')
    .option(...dataDirOption)
    .addHelpText('after', explainHelp)
    .action(async (requestId: string, options: ExplainOptions) => {
      const { explainCommand } = await import('./explain-command.ts')
      await explainCommand(requestId, options, surroundings)
    })

  fairlead
    .command('can')
    .description(
      'Say whether somebody may do something, and why. Exits with 0 for yes, 1 for no, 2 when there is no answer.',
    )
    .argument('<principal>', 'a user by name, or the ARN of a user, a group or a role')
    .argument('<action>', 'ssm:SendCommand')
    .argument('[resource]', 'an ARN, a node by id or name, or document/NAME', '*')
    .option('-c, --context <key=value...>', 'condition keys of the request')
    .option('--json', 'one JSON object, for programs')
    .option(...dataDirOption)
    .addHelpText('after', canHelp)
    .action(async (principal: string, action: string, resource: string, options: CanOptions) => {
      const { canCommand } = await import('./can-command.ts')
      exitWith(await canCommand({ principal, action, resource }, options, surroundings))
    })
}

const explainHelp = `
  fairlead explain 1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f

Allowed it must be: fairlead:ExplainRequest on arn:aws:fairlead:REGION:ACCOUNT:request/*. It tells what policies say.`

const canHelp = `
  fairlead can alice ssm:StartSession web-01
  fairlead can alice ssm:SendCommand document/AWS-RunShellScript
  fairlead can arn:aws:iam::123456789012:role/ops iam:CreateUser -c aws:SourceIp=10.0.0.7

The tags of a node are taken into account. Allowed it must be: iam:SimulatePrincipalPolicy, and for nodes
ssm:ListTagsForResource; to find them by name ssm:DescribeInstanceInformation.`
