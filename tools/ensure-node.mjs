import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { npmCi } from './npm-ci.mjs'

const oldestForFairlead = 24

/**
 * Sees to it that `pinned`, `node_modules/.bin/node`, is a Node that starts: the one that came with the packages; else
 * the one that runs this, when it is new enough; else Node 24, which asks less of the system (decision 1). Ends the
 * process when there is none.
 */
export async function ensureNode(root, pinned) {
  if (faultOf(pinned) === undefined) return
  // npm 10 installs the package, but does not link what it also would have linked for other systems.
  const packaged = packagedIn(`${root}node_modules`)
  const fault = packaged === undefined ? 'npm has no Node for this system.' : faultOf(packaged)
  if (packaged !== undefined && fault === undefined) return link(packaged, pinned)
  if (Number(process.versions.node.split('.')[0]) >= oldestForFairlead) return link(process.execPath, pinned)

  if (process.platform === 'linux' && packaged !== undefined) {
    process.stderr.write(`${fault}\nInstalling Node 24 in its place …\n`)
    await npmCi(`${root}tools/node-24`)
    const other = packagedIn(`${root}tools/node-24/node_modules`)
    if (other !== undefined && faultOf(other) === undefined) return link(other, pinned)
  }
  process.stderr.write(
    `${fault}\nFairlead has no Node that runs on this ${process.platform}-${process.arch}: install Node ${oldestForFairlead} or newer, and start again with it.\n`,
  )
  process.exit(1)
}

/** Only the package of this system is there: npm leaves out the others. */
function packagedIn(folder) {
  if (!existsSync(folder)) return undefined
  const name = readdirSync(folder).find((one) => /^node-(bin-)?(linux|darwin|win)-/.test(one))
  return name === undefined ? undefined : `${folder}/${name}/bin/node${process.platform === 'win32' ? '.exe' : ''}`
}

/** Why a program does not start; undefined when it does. */
function faultOf(program) {
  const { status, error, stderr } = spawnSync(program, ['--version'], { encoding: 'utf8' })
  if (status === 0) return undefined
  return error === undefined ? stderr.trim() : `${program} cannot be run: ${error.message}`
}

function link(target, at) {
  mkdirSync(dirname(at), { recursive: true })
  rmSync(at, { force: true })
  symlinkSync(relative(dirname(at), target), at)
}
