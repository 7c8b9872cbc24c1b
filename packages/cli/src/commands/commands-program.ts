import { type Command, InvalidArgumentError } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { CancelOptions } from './cancel-command.ts'
import type { ListCommandsOptions } from './list-commands.ts'
import type { ShowCommandOptions } from './show-command.ts'

const dataDirOption = ['--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools'] as const

/** `fairlead commands`. */
export function addCommands(fairlead: Command, surroundings: Surroundings, exitWith: (status: number) => void): void {
  const commands = fairlead
    .command('commands')
    .description('List commands, the newest first, or tell how one went.')
    .argument('[id]', 'of a command, as the list shows it')
    .argument(
      '[nodes]',
      'of those nodes only, by id or name; of one node the whole output, with the exit code as its own',
    )
    .option('--node <node>', 'in the list: commands of this node')
    .option('--running', 'in the list: those that have not ended')
    .option('--limit <count>', 'in the list: at most so many', readCount, 20)
    .option('-w, --watch', 'of one command: show it until it has ended')
    .option('--stream', 'each line after the name of its node, in place of groups')
    .option('--full', 'each text whole, in place of how it differs from the most frequent one')
    .option('--raw', 'control characters as the nodes sent them')
    .option('--json', 'the list as the API answers it; a command as with fairlead run --json')
    .option(...dataDirOption)
    .addHelpText('after', examples)
    .action(
      async (id: string | undefined, nodes: string | undefined, options: ListCommandsOptions & ShowCommandOptions) => {
        if (id === undefined) {
          const { listCommands } = await import('./list-commands.ts')
          return await listCommands(options, surroundings)
        }
        const [{ showCommand }, { processPerson }] = await Promise.all([
          import('./show-command.ts'),
          import('../terminal/person.ts'),
        ])
        exitWith(await showCommand(id, nodes, options, surroundings, processPerson()))
      },
    )

  commands
    .command('cancel')
    .description('Stop a command where it runs, and take it back where it has not begun.')
    .argument('<id>', 'of the command')
    .option('--nodes <set>', 'on these nodes only: web-[01-20]')
    .option(
      '--json',
      'what was asked, as one JSON object: {commandId, nodeIds}, with ended when there was nothing to stop',
    )
    .option(...dataDirOption)
    .action(async (id: string, options: CancelOptions) => {
      const { cancelCommand } = await import('./cancel-command.ts')
      await cancelCommand(id, { ...commands.opts(), ...options }, surroundings)
    })
}

const examples = `
  fairlead commands
  fairlead commands --running
  fairlead commands 1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f --watch
  fairlead commands 1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f web-07
  fairlead commands cancel 1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f --nodes web-[08-20]

Allowed it must be: ssm:ListCommands, ssm:ListCommandInvocations and ssm:GetCommandInvocation; to cancel, ssm:CancelCommand.`

function readCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count < 1) throw new InvalidArgumentError('It is a number from 1 on.')
  return count
}
