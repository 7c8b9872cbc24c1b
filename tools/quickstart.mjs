// Plain JavaScript: runs on whatever Node a newcomer has. Installs what is missing, then hands over to the pinned Node.
import { spawn } from 'node:child_process'

const oldest = 18
if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(
    `This is Node ${process.versions.node}, which is too old to install Fairlead. Install Node ${oldest} or newer (https://nodejs.org);\n` +
      'the Node that Fairlead itself runs on comes along with its packages.\n',
  )
  process.exit(1)
}
const { ensureInstalled, pinnedNode, root } = await import('./ensure-installed.mjs')
ensureInstalled()

const child = spawn(pinnedNode, [`${root}bin/fairlead.mjs`, 'quickstart', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`, ...process.env },
})
// A Ctrl-C reaches both of us; the quickstart puts its house in order, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  process.stderr.write(`${pinnedNode} cannot be run: ${error.message}\n`)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  if (signal !== null) process.stderr.write(`The quickstart was ended by ${signal}.\n`)
  process.exitCode = code ?? 1
})
