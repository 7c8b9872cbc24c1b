import { stepTimeoutSeconds } from '@fairlead/wire/step-timeout'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { RunOptions } from './run-command.ts'

/** `fairlead run`. */
export function addRun(fairlead: Command, surroundings: Surroundings, exitWith: (status: number) => void): void {
  fairlead
    .command('run')
    .description('Run a command on nodes and show what they say, equal answers once.')
    .argument('[words...]', 'after --: the command, for sh on the node, which reads the words anew as with ssh')
    .optionsGroup('Where:')
    .option('-n, --nodes <set>', 'by id, name or tag Name: web-[01-20],db-1')
    .option('-t, --targets <key=values...>', 'by tag: tag:role=web,db or tag-key=role; several must all hold')
    .option('-g, --group <name>', 'a resource group')
    .option('-a, --all', 'every node')
    .optionsGroup('What:')
    .option('--script <file>', 'in place of words; on the node it is run by sh')
    .option('--powershell', 'by PowerShell in place of sh')
    .option('-d, --document <name>', 'a document of one’s own or of AWS’s, in place of a command')
    .option('--document-version <version>', 'which one of it; the default one unless it is said')
    .option('-p, --parameter <name=value...>', 'of the document; once more for each further value')
    .addOption(
      new Option(
        '--rerun <which>',
        'an earlier run, by the ids of its commands, where it failed or on all of its nodes',
      ).choices(['failed', 'all']),
    )
    .optionsGroup('How:')
    .option('-c, --max-concurrency <count>', 'nodes at one time: 10 or 10%; 50 unless it is said', readLimit)
    .option(
      '-e, --max-errors <count>',
      'after more errors no further node gets it: 0 or 10%; 100% unless it is said',
      readLimit,
    )
    .option('--timeout <time>', 'how long it may run on a node: 90, 5m, 2h', readTimeout)
    .option(
      '--deliver-within <time>',
      'how long a node that is offline may take to fetch it; 1h unless it is said',
      readSeconds,
    )
    .option('--comment <text>', 'for those who look at commands later')
    .option('--wait', 'for nodes that are offline too, until the command expires')
    .option('--no-wait', 'for none: print the id of the command and end')
    .optionsGroup('Safe:')
    .option('--dry-run', 'tell what would become of it on each node, and send nothing')
    .option('-y, --yes', 'do not ask, unless a limit was set for you')
    .option('--confirm <count>', 'go on if it is for so many nodes at most, as if the number had been typed', readCount)
    .optionsGroup('Shown:')
    .option('--stream', 'each line as it comes, after the name of its node, in place of groups')
    .option('--full', 'each text whole, in place of how it differs from the most frequent one')
    .option('--raw', 'control characters as the nodes sent them')
    .option('--json', 'events and results, one JSON object a line')
    .option('--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools')
    .addHelpText('after', examples)
    .action(async (words: string[], options: RunOptions & { wait: boolean }, command: Command) => {
      const [{ runCommand }, { processPerson }] = await Promise.all([
        import('./run-command.ts'),
        import('../terminal/person.ts'),
      ])
      // Commander has true for --no-wait left out.
      const { wait, ...others } = options
      const isSaid = command.getOptionValueSource('wait') === 'cli'
      exitWith(await runCommand(words, { ...others, ...(isSaid ? { wait } : {}) }, surroundings, processPerson()))
    })
}

const examples = `
Examples:
  fairlead run --targets tag:role=web -- uname -r
  fairlead run --nodes web-[01-20],db-1 --stream -- tail -f /var/log/app.log
  fairlead run --all --dry-run -- systemctl restart app
  fairlead run -t tag:role=web -c 10% -e 2 --yes -- 'apt-get update && apt-get -y upgrade'
  fairlead run --nodes mi-0123456789abcdef0 -d AWS-RunShellScript -p commands=id -p commands=uptime
  fairlead run --rerun failed 1b4f0e98-51a2-4f6c-8d3e-2a7c9b1d0e5f

Above 20 nodes it asks for their number. The tag fairlead:confirm-above of your user or role sets another limit, which
--yes does not answer: --confirm does. The server does not enforce it; policies do what must hold.

Nodes that are offline get the command when they are back. They are named and not waited for, without --wait.
At a terminal Ctrl-C offers to cancel the command on the nodes, and a second one leaves it running.

Exit status: of one node that of its command, and 255 when it has none. Of many 0 when it succeeded on all, else 1.
2 for what was not understood, 3 when it was refused or not confirmed, 130 after Ctrl-C.

With --json each line has an event:
  rehearsal  {wouldSucceed, refusal?, nodes: [{nodeId, outcome, denial?}], moreNodes, counts, confirmAbove?: {value, setBy},
             undelivered?}: --dry-run, or it is refused
  sent       {commandId, nodes, undelivered?}: what it asks of services that are not here, such as OutputS3BucketName
  output     {nodeId, name, stream, text, missed?}: as it comes; missed bytes were lost before it
  ended      {nodeId, name, status, details}
  node       {nodeId, name, status, details, exitCode|null, stdout, stderr, truncated, ended}: each node once, at the end
  end        {commandIds, nodes, succeeded, failed, unended, unsent, exitCodes: {CODE: COUNT}, exitStatus, ms}

Allowed it must be: ssm:SendCommand on the document and on the nodes, ssm:ListCommands, ssm:ListCommandInvocations and
ssm:GetCommandInvocation; for names of nodes ssm:DescribeInstanceInformation; for a group
resource-groups:ListGroupResources; to cancel, ssm:CancelCommand.`

function readLimit(text: string): string {
  if (/^(?:\d{1,7}|\d{1,2}%|100%)$/.test(text)) return text
  throw new InvalidArgumentError('It is a number or a percentage, such as 10 or 10%.')
}

function readCount(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is a number.')
}

const seconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 }

/** Agents would take anything else for an hour. */
function readTimeout(text: string): number {
  const given = readSeconds(text)
  if (stepTimeoutSeconds(given) === given) return given
  throw new InvalidArgumentError('Agents take times from 5 seconds to 2 days.')
}

function readSeconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? []
  if (count === '' || Number(count) === 0) throw new InvalidArgumentError('It is a time, such as 90, 90s, 5m or 2h.')
  return Number(count) * (seconds[unit] ?? 1)
}
