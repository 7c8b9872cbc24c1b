// Plain JavaScript: runs on whatever Node a newcomer has. Installs what is missing, then hands over to the pinned Node.
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'

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

const endWithParent = `${root}packages/cli/src/quickstart/end-with-parent.ts`
const child = spawn(
  pinnedNode,
  ['--import', pathToFileURL(endWithParent).href, `${root}bin/fairlead.mjs`, 'quickstart', ...process.argv.slice(2)],
  {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`, ...process.env },
  },
)
// A Ctrl-C reaches both of us; the quickstart puts its house in order, and we wait for it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// npm ends its shell and not us when it is told to stop: then our parent is another.
const parent = process.ppid
const watch = setInterval(() => {
  if (process.env.npm_lifecycle_event !== undefined && process.ppid !== parent) child.kill('SIGTERM')
}, 300)
child.on('error', (error) => {
  process.stderr.write(`${pinnedNode} cannot be run: ${error.message}\n`)
  process.exitCode = 1
})
child.on('exit', (code, signal) => {
  clearInterval(watch)
  if (signal !== null) process.stderr.write(`The quickstart was ended by ${signal}.\n`)
  process.exitCode = code ?? 1
})
