import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../clients/run.ts'
import { Terminal } from '../clients/terminal.ts'

/** False when shells can be watched on a terminal here, or the reason why not. */
export async function reasonWithoutTerminal(): Promise<string | false> {
  const environment = { PATH: process.env['PATH'] ?? '' }
  for (const [program, option] of [
    ['tmux', '-V'],
    ['vim', '--version'],
  ] as const) {
    try {
      await run(program, [option], environment)
    } catch {
      return `${program} is not installed here (Debian: apt-get install ${program})`
    }
  }
  return false
}

type Owner = { after(end: () => Promise<void> | void): void }

/** What a person does in a shell: looks around, resizes, interrupts, edits a file, types other alphabets, leaves. */
export async function workOnTerminal(
  t: Owner,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-edit-'))
  chmodSync(folder, 0o777) // the shell may be another user's
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const terminal = await Terminal.open(t, command, environment)

  await terminal.untilShows(/[$#]\s*$/)
  await terminal.enter('echo ready-$((6*7)); stty size')
  await terminal.untilShows(/ready-42\s+30 100/)

  await terminal.resize(80, 24)
  // Amazon's client looks at its terminal twice a second.
  await terminal.enter('until [ "$(stty size)" = "24 80" ]; do sleep 0.1; done; echo resized-$((5*5))')
  await terminal.untilShows(/resized-25/)

  await terminal.enter('echo asleep-$((1+1)); sleep 600')
  await terminal.untilShows(/asleep-2/)
  await terminal.press('C-c')
  // With a C-c a terminal throws away what it has not read yet, and Amazon's client sends one on a way of its own.
  await terminal.untilShows(/\^C\s+[$#]\s*$/)
  await terminal.enter('echo awake-$((1+2))')
  await terminal.untilShows(/awake-3/)

  await terminal.enter("printf '%s-%s\\n' 'grüße, Ελλάδα, 日本語, 🚢' $((2*3))")
  await terminal.untilShows(/grüße, Ελλάδα, 日本語, 🚢-6/)

  const file = join(folder, 'note')
  await terminal.enter(`vim -u NONE -N ${file}`)
  await terminal.untilShows(/^~$/m)
  await terminal.type('ifirst line')
  await terminal.press('Enter')
  await terminal.type('zweite Zeile: größer')
  await terminal.press('Escape')
  await terminal.type('ggyyP')
  await terminal.enter(':wq')
  await terminal.untilShows(/[$#]\s*$/) // what is typed before is the editor's
  await terminal.enter('echo written-$((3+1))')
  await terminal.untilShows(/written-4/)
  assert.equal(readFileSync(file, 'utf8'), 'first line\nfirst line\nzweite Zeile: größer\n')

  await terminal.enter('exit')
  assert.equal(await terminal.ended(), 0)
  assert.match(await terminal.screen(), /Exiting session with sessionId: \S+\./)
}
