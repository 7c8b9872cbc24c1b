import { delimiter } from 'node:path'
import { runChild } from './run-child.mjs'

/** `npm ci` in a folder, with all kinds of dependencies whatever npm's settings leave out. Ends the process when it fails. */
export async function npmCi(folder) {
  const args = ['ci', '--include=optional', '--include=dev', '--no-fund', '--no-audit', '--loglevel=error']
  let status = 1
  try {
    const ended = await runChild('npm', args, { cwd: folder, stdio: ['ignore', 2, 2], env: newcomersEnvironment() })
    status = ended.status
  } catch (error) {
    process.stderr.write(`npm cannot be run: ${error.message}\n`)
  }
  if (status === 0) return
  process.stderr.write(
    status > 128
      ? 'Stopped while installing; the next start installs anew.\n'
      : 'npm ci failed. It needs the npm registry, or a filled npm cache (npm ci --prefer-offline), and a folder it may write.\n',
  )
  process.exit(status)
}

// npm puts our own packages in front, and with them a Node that may not start here.
function newcomersEnvironment() {
  const path = (process.env.PATH ?? '').split(delimiter)
  return { ...process.env, PATH: path.filter((folder) => !/node_modules[\\/]\.bin$/.test(folder)).join(delimiter) }
}
