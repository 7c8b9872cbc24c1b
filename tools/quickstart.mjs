// Plain JavaScript: runs on whatever Node a newcomer has. Installs what is missing, then hands over to the pinned Node.
import { pathToFileURL } from 'node:url'
import { ensureInstalled, pinnedNode, root } from './ensure-installed.mjs'
import { runChild } from './run-child.mjs'

await ensureInstalled()

const endWithParent = `${root}packages/cli/src/quickstart/end-with-parent.ts`
const quickstart = [`${root}bin/fairlead.mjs`, 'quickstart', ...process.argv.slice(2)]
// A Ctrl-C reaches both of us; the quickstart puts its house in order, and we wait for it.
const { status, signal } = await runChild(pinnedNode, ['--import', pathToFileURL(endWithParent).href, ...quickstart], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`, ...process.env },
})
if (signal !== null) process.stderr.write(`The quickstart was ended by ${signal}.\n`)
process.exitCode = status
