import { Command, InvalidArgumentError } from 'commander'
import { addCommands } from './commands/commands-program.ts'
import type { DoctorOptions } from './doctor/doctor-command.ts'
import { addDocuments } from './documents/documents-program.ts'
import type { EnvOptions } from './env/env-command.ts'
import { addExplain } from './explain/explain-program.ts'
import { overview } from './help.ts'
import { addNodes } from './nodes/nodes-program.ts'
import { addPolicy } from './policy/policy-program.ts'
import { addRecordings } from './recordings/recordings-program.ts'
import { version } from './repository.ts'
import { addRun } from './run/run-program.ts'
import type { CopyOptions } from './session/copy/copy-command.ts'
import type { SessionOptions } from './session/session-commands.ts'
import type { SshOptions } from './session/ssh/ssh-command.ts'
import type { Surroundings } from './surroundings.ts'

const nodeArgument = 'by its id, what it or its machine is called, or its tag Name'
const dataDirOfSession =
  'the data directory of the server, to use its root key; else as AWS’s tools in this environment'

/**
 * The command line. What a word does is loaded when it is said, so that each answers at once. `exitWith` is told the status of a word that has one of its own.
 */
export function program(surroundings: Surroundings, exitWith: (status: number) => void): Command {
  const { stdout, stderr } = surroundings
  const fairlead = new Command('fairlead')
    .version(version, '-V, --version', 'print the version')
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .showHelpAfterError('Try: fairlead help')
    .exitOverride()
    .helpCommand(false)
  fairlead.helpInformation = () => overview

  fairlead
    .command('env')
    .description('Print what a shell must know for AWS’s tools to use the server of this machine.')
    .option('--data-dir <dir>', 'the data directory of the server; found by itself in the usual places')
    .option(
      '--aws-hostnames',
      'by a proxy under AWS’s own host names; usual where the server runs with --aws-hostnames',
    )
    .option('--no-aws-hostnames', 'by the endpoint of the server, although it runs with --aws-hostnames')
    .option('--json', 'one JSON object, with null for what must not be set')
    .addHelpText('after', '\n  eval "$(fairlead env)"\n  aws ssm describe-instance-information')
    .action(async (options: EnvOptions) => {
      const { envCommand } = await import('./env/env-command.ts')
      await envCommand(options, surroundings)
    })

  fairlead
    .command('quickstart')
    .description('Start a server and a node on this machine, run a command on it, and stay up.')
    .option('--once', 'stop again once the command has run; the exit status tells how it went')
    .option('--json', 'print the result as one JSON object, and the progress on the standard error')
    .option('--data-dir <dir>', 'where everything is kept (.fairlead/quickstart where Fairlead is installed)')
    .option('--port <port>', 'of http, with https on the one after it; 0 takes free ones', readPort, 7070)
    .addHelpText(
      'after',
      '\n  npm run quickstart\n  npm run quickstart -- --once --json --data-dir /tmp/try --port 0\n  nohup bin/fairlead quickstart &       stays when the terminal is closed; npm would not',
    )
    .action(async (options) => {
      const { quickstartCommand } = await import('./quickstart/quickstart-command.ts')
      exitWith(await quickstartCommand(options, surroundings))
    })

  fairlead
    .command('shell')
    .description('Open a shell on a node.')
    .argument('<node>', nodeArgument)
    .option('--reason <text>', 'why, for those who look at sessions later')
    .option('--data-dir <dir>', dataDirOfSession)
    .addHelpText(
      'after',
      `\n  fairlead shell web-01\n  echo 'uptime' | fairlead shell mi-0123456789abcdef0

The exit status is 0 however the shell ends, as with Amazon's plugin: that of a command is told by fairlead run and fairlead
ssh.${names}`,
    )
    .action(async (node: string, options: SessionOptions) => {
      const { shellCommand } = await import('./session/session-commands.ts')
      exitWith(await shellCommand(node, options, surroundings))
    })

  fairlead
    .command('forward')
    .description('Lead a port of this machine to one of a node, or to one that the node reaches.')
    .argument('<node>', nodeArgument)
    .argument('<route>', '[LOCAL:][HOST:]PORT; any free local port unless one is named')
    .option('--reason <text>', 'why, for those who look at sessions later')
    .option('--data-dir <dir>', dataDirOfSession)
    .addHelpText(
      'after',
      `\n  fairlead forward web-01 8080:80\n  fairlead forward mi-0123456789abcdef0 5432:db.internal:5432${names}`,
    )
    .action(async (node: string, route: string, options: SessionOptions) => {
      const { forwardCommand } = await import('./session/session-commands.ts')
      exitWith(await forwardCommand(node, route, options, surroundings))
    })

  fairlead
    .command('ssh')
    .description(
      'Log in to a node with this machine’s ssh, through a session. The node needs an SSH server, but no open port.',
    )
    .argument('<node>', `[USER@]NODE: ${nodeArgument}`)
    .argument('[args...]', 'for ssh, after --: options, a command')
    .option('-p, --port <port>', 'on which the SSH server of the node listens', readPort, 22)
    .option('--proxy', 'be the connection itself, on standard input and output: for ProxyCommand in ~/.ssh/config')
    .option('--reason <text>', 'why, for those who look at sessions later')
    .option('--data-dir <dir>', dataDirOfSession)
    .addHelpText('after', sshHelp)
    .action(async (node: string, args: string[], options: SshOptions) => {
      const { sshCommand } = await import('./session/ssh/ssh-command.ts')
      exitWith(await sshCommand(node, args, options, surroundings))
    })

  fairlead
    .command('cp')
    .description('Copy a file or a folder to a node or from it. The node needs sh, tar, head and stty, and no SSH.')
    .argument('<source>', 'a path of this machine, or NODE:PATH')
    .argument('<destination>', 'NODE:PATH, or a path of this machine; in a folder that exists it keeps its name')
    .option('-r, --recursive', 'a folder with all that is in it; links become what they lead to')
    .option('--reason <text>', 'why, for those who look at sessions later')
    .option('--data-dir <dir>', dataDirOfSession)
    .addHelpText('after', cpHelp)
    .action(async (source: string, destination: string, options: CopyOptions) => {
      const { copyCommand } = await import('./session/copy/copy-command.ts')
      exitWith(await copyCommand(source, destination, options, surroundings))
    })

  addRun(fairlead, surroundings, exitWith)
  addNodes(fairlead, surroundings)
  addCommands(fairlead, surroundings, exitWith)
  addDocuments(fairlead, surroundings)
  addRecordings(fairlead, surroundings, exitWith)
  addExplain(fairlead, surroundings, exitWith)
  addPolicy(fairlead, surroundings, exitWith)

  fairlead
    .command('doctor')
    .description('Say what is wrong with the server of this machine, and how to mend it.')
    .option('--data-dir <dir>', 'the data directory of the server; found by itself in the usual places')
    .option('--json', 'one JSON object: {isWell, findings: [{about, isWell, text}]}')
    .action(async (options: DoctorOptions) => {
      const { doctorCommand } = await import('./doctor/doctor-command.ts')
      exitWith(await doctorCommand(options, surroundings))
    })

  fairlead
    .command('version')
    .description('Print the version.')
    .action(() => void stdout.write(`${version}\n`))

  fairlead
    .command('help')
    .description('Show what there is, by example, or the help of one word.')
    .argument('[word]')
    .action((word: string | undefined) => {
      const named = word === undefined ? fairlead : fairlead.commands.find((one) => one.name() === word)
      if (named === undefined) fairlead.error(`error: unknown command '${word}'`)
      else named.outputHelp()
    })

  for (const [word, what] of [
    ['server', 'The control plane and its API.'],
    ['agent', 'Makes this machine a managed node.'],
    ['admin', 'A new root key for an installation that nobody can get into.'],
  ] as const) {
    fairlead.command(word).description(`${what}\n\n  fairlead ${word} --help tells all its options.`)
  }
  return fairlead
}

const names = `

An id is taken as it is. To find a node by name you need ssm:DescribeInstanceInformation; a name that several nodes have is
refused with their ids.`

const sshHelp = `
  fairlead ssh root@web-01
  fairlead ssh mi-0123456789abcdef0 -- -L 8080:localhost:80 -v
  fairlead ssh web-01 uptime

  scp, rsync and git find the way too, with this in ~/.ssh/config:
    Host mi-* web-*
      ProxyCommand fairlead ssh --proxy --port %p %h${names}
Allowed it must be: ssm:StartSession on the node and on the document AWS-StartSSHSession; ssm:ResumeSession and
ssm:TerminateSession on one’s own sessions.`

const cpHelp = `
  fairlead cp app.tar.gz web-01:/tmp/
  fairlead cp -r mi-0123456789abcdef0:/var/log/app ./logs

What has a colon before any slash is on a node, as with scp: ./a:b is a path of this machine. Paths of the node that are
not absolute are below the home of the session’s user, who reads and writes there. Modes are kept, owners are not.${names}
Allowed it must be: ssm:StartSession on the node and on the document AWS-StartInteractiveCommand; ssm:ResumeSession
and ssm:TerminateSession on one’s own sessions. Who may do this may run any command on the node.`

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port < 0 || port > 65_534) throw new InvalidArgumentError('It is a number from 0 to 65534.')
  return port
}
