import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename, join, posix, resolve } from 'node:path'
import { CliError } from '../../cli-error.ts'
import type { Surroundings } from '../../surroundings.ts'
import { type SessionOptions, startAndRun, targetOf } from '../session-commands.ts'
import { type CopyPlan, planCopy } from './copy-place.ts'
import { CopyProgress } from './copy-progress.ts'
import { type CopyEnd, CopySession } from './copy-session.ts'
import { archiveOf, contentOf, scanTree } from './local-tree.ts'
import { printable } from './printable.ts'
import { ReceivedFile, ReceivedFolder } from './received-files.ts'
import { type RemoteScript, sendAll, takeFile, takeFolder } from './remote-script.ts'
import { TarError, TarReader } from './tar-reader.ts'

export interface CopyOptions extends SessionOptions {
  readonly recursive?: boolean
}

interface Copy {
  readonly script: RemoteScript
  readonly end: CopyEnd
}

/** `fairlead cp`: 0 when everything is there, 1 when it is not, 130 after Ctrl-C. Throws CliError for what cannot begin. */
export async function copyCommand(
  source: string,
  destination: string,
  options: CopyOptions,
  surroundings: Surroundings,
): Promise<number> {
  const plan = planCopy(source, destination)
  const complain = (text: string) => surroundings.stderr.write(`fairlead cp: ${printable(text)}\n`)
  const progress = new CopyProgress(surroundings)
  const local = resolve(surroundings.workingDirectory, plan.local)
  const { script, end } =
    plan.way === 'up' ? upload(local, plan, options, progress, complain) : download(local, plan, options, progress)
  const Target = await targetOf(plan.node, options, surroundings)
  const session = new CopySession(script.mark, end)
  const start = {
    Target,
    DocumentName: 'AWS-StartInteractiveCommand',
    // For those who look at sessions later; what is longer than AWS takes is cut.
    Reason: printable(`fairlead cp ${source} ${destination}`).slice(0, 256),
    Parameters: { command: [script.text] },
  }
  const sessionStatus = await startAndRun(start, options, surroundings, (world) => session.within(world))
  const { status, failure } = session.outcome(sessionStatus)
  progress.finish()
  if (failure !== undefined) complain(failure)
  return status
}

function upload(
  local: string,
  { remote }: CopyPlan,
  { recursive = false }: CopyOptions,
  progress: CopyProgress,
  complain: (text: string) => void,
): Copy {
  const stat = statSync(local, { throwIfNoEntry: false })
  if (stat === undefined) throw new CliError(`${local} does not exist.`)
  const mark = newMark()
  const name = basename(local)
  const changed = new Set<string>()
  const onChanged = (path: string) => changed.add(path)
  const end = (pieces: () => Iterable<Uint8Array>, length: number): CopyEnd => ({
    ready() {
      progress.begin(length)
      return pieces()
    },
    take: () => undefined,
    sent: (bytes) => progress.add(bytes),
    finish() {
      for (const path of changed) throw new CliError(`${path} became shorter while it was read.`)
    },
  })
  if (stat.isDirectory()) {
    if (!recursive) throw new CliError(`${local} is a folder: -r copies it.`)
    const tree = scanTree(local)
    for (const path of tree.passedOver) complain(`${path} is no file and no folder, and is left out.`)
    const script = takeFolder(mark, remote, name, tree.length)
    return { script, end: end(() => archiveOf(tree, onChanged), tree.length) }
  }
  if (!stat.isFile()) throw new CliError(`${local} is no file and no folder.`)
  const script = takeFile(mark, remote, name, stat.size, stat.mode & 0o777)
  return { script, end: end(() => contentOf(local, stat.size, onChanged), stat.size) }
}

function download(
  local: string,
  { remote }: CopyPlan,
  { recursive = false }: CopyOptions,
  progress: CopyProgress,
): Copy {
  const name = posix.basename(posix.resolve('/', remote))
  const isFolderHere = statSync(local, { throwIfNoEntry: false })?.isDirectory() === true
  const mark = newMark()
  let received: ReceivedFile | ReceivedFolder | undefined
  let reader: TarReader | undefined
  let expected = 0
  const end: CopyEnd = {
    ready([kind, length]) {
      if (kind === 'd' && !recursive) throw new CliError(`${remote} is a folder: -r copies it.`)
      if (kind === 'o') throw new CliError(`${remote} is no file and no folder.`)
      if (kind !== 'f' && kind !== 'd') throw new CliError(`${remote} does not exist on the node.`)
      if (isFolderHere && (name === '' || name === '..')) throw new CliError(`Say what ${remote} is to be called here.`)
      const path = isFolderHere ? join(local, name) : local
      received = kind === 'f' ? new ReceivedFile(path) : new ReceivedFolder(path)
      reader = new TarReader(received)
      expected = kind === 'f' ? Number(length) : 0
      progress.begin(expected)
      return []
    },
    take(bytes) {
      progress.add(bytes.length)
      reader?.take(bytes)
    },
    sent: () => undefined,
    finish() {
      if (reader?.hasEnded !== true) throw new TarError('the archive of the node broke off')
      if (received instanceof ReceivedFolder) received.finish()
      if (received?.isComplete !== true) throw new TarError('the node sent no file')
      if (expected > 0 && received instanceof ReceivedFile && received.bytes === 0)
        throw new CliError(`${remote} has ${expected} bytes, of which the node sent none.`)
    },
  }
  return { script: sendAll(mark, remote, recursive), end }
}

// What no file holds and no terminal says by chance.
function newMark(): string {
  return randomBytes(16).toString('hex')
}
