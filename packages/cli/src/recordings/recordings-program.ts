import { type Command, InvalidArgumentError } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { ExportOptions } from './export-recording.ts'
import type { ListOptions } from './list-recordings.ts'
import type { PlayOptions, Screen } from './play-recording.ts'

const dataDirOption = ['--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools'] as const

/** `fairlead recordings ls|play|export`. */
export function addRecordings(fairlead: Command, surroundings: Surroundings, exitWith: (status: number) => void): void {
  const recordings = fairlead
    .command('recordings')
    .description('What was seen in sessions: which there are, play one, export one. Policies decide who may.')
    .addHelpText('after', examples)
    .action(() => recordings.outputHelp())

  recordings
    .command('ls')
    .description('List recordings, the newest first.')
    .option('--node <node>', 'of this node only, by id or name')
    .option('--user <name>', 'of sessions of this user or role session only; for your own this needs no more')
    .option('-n, --limit <count>', 'at most so many', readCount, 50)
    .option('--json', 'as the API answers them')
    .option(...dataDirOption)
    .action(async (options: ListOptions) => {
      const { listRecordings } = await import('./list-recordings.ts')
      await listRecordings(options, surroundings)
    })

  recordings
    .command('play')
    .description('Play a recording in this terminal. Ctrl-C or q ends it. Into a pipe it goes at once.')
    .argument(
      '<session>',
      'the id of the session, as ls shows it, or a file: an export, or a node’s log of an encrypted session',
    )
    .option('-s, --speed <factor>', 'faster, 2, or slower, 0.5', readFactor, 1)
    .option('-i, --idle-limit <seconds>', 'no pause is longer', readFactor)
    .option(...dataDirOption)
    .action(async (session: string, options: PlayOptions) => {
      const { playRecording } = await import('./play-recording.ts')
      exitWith(await playRecording(session, options, surroundings, processScreen()))
    })

  recordings
    .command('export')
    .description('Write a recording as asciicast v2, for asciinema and its players.')
    .argument('<session>', 'the id of the session, as ls shows it')
    .option('-o, --output <file>', 'where to; else to the standard output')
    .option(...dataDirOption)
    .action(async (session: string, options: ExportOptions) => {
      const { exportRecording } = await import('./export-recording.ts')
      await exportRecording(session, options, surroundings)
    })
}

const examples = `
  fairlead recordings ls --user alice
  fairlead recordings play alice-0123456789abcdef0 --speed 2 --idle-limit 2
  fairlead recordings export alice-0123456789abcdef0 -o alice.cast
  fairlead recordings play alice-0123456789abcdef0 | grep sudo
  fairlead recordings play /var/lib/fairlead-agent/session-logs/alice-0123456789abcdef0.cast`

function processScreen(): Screen {
  const { stdin, stdout } = process
  return {
    stdin,
    stdout,
    onSignal(signal, act) {
      process.on(signal, act)
      return () => process.off(signal, act)
    },
  }
}

function readCount(text: string): number {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (count < 1) throw new InvalidArgumentError('It is a number from 1 on.')
  return count
}

function readFactor(text: string): number {
  const factor = /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (factor <= 0) throw new InvalidArgumentError('It is a number above 0.')
  return factor
}
