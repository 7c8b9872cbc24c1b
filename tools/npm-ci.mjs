import { delimiter } from 'node:path'
import { runChild, statusOf } from './run-child.mjs'

/** `npm ci` in a folder, with all kinds of dependencies whatever npm's settings leave out. Ends the process when it fails. */
export async function npmCi(folder) {
  const args = ['ci', '--include=optional', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
  // What npm leaves when it is killed is no installation to anybody.
  const options = { cwd: folder, stdio: ['ignore', 2, 2], env: newcomersEnvironment(), graceMs: 2_000 }
  try {
    const { status, interrupted } = await runChild('npm', args, options)
    if (interrupted !== undefined)
      giveUp('Stopped while installing; the next start installs anew.', statusOf(interrupted))
    if (status !== 0) {
      giveUp(
        'npm ci failed. It needs the npm registry, or a filled npm cache (npm ci --prefer-offline), and a folder it may write.',
        status,
      )
    }
  } catch (error) {
    giveUp(`npm cannot be run: ${error.message}`, 1)
  }
}

function giveUp(reason, status) {
  process.stderr.write(`${reason}\n`)
  process.exit(status)
}

// npm puts our own packages in front, and with them a Node that may not start here.
function newcomersEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter)
  return { ...process.env, PATH: path.filter((folder) => !/node_modules[\\/]\.bin$/.test(folder)).join(delimiter) }
}
