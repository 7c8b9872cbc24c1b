import type { Command } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { LintOptions } from './lint-command.ts'

/** `fairlead policy lint`. */
export function addPolicy(fairlead: Command, surroundings: Surroundings, exitWith: (status: number) => void): void {
  const policy = fairlead
    .command('policy')
    .description('Look at IAM policies.')
    .addHelpText('after', examples)
    .action(() => policy.outputHelp())

  policy
    .command('lint')
    .description('Say what bites in a policy, where, and what to write instead. Exits with 1 when there is something.')
    .argument('<policy>', 'a file, or the ARN of a managed policy')
    .option('--json', 'one JSON object, for programs')
    .option('--data-dir <dir>', 'for an ARN: of the server, to use its root key; else as AWS’s tools')
    .addHelpText('after', examples)
    .action(async (name: string, options: LintOptions) => {
      const { lintCommand } = await import('./lint-command.ts')
      exitWith(await lintCommand(name, options, surroundings))
    })
}

const examples = `
  fairlead policy lint operators.json
  fairlead policy lint arn:aws:iam::123456789012:policy/operators
  fairlead policy lint operators.json --json | jq -r '.findings[].code'`
