import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
// Says what is wrong to those whose Node is too old even to read our modules.
const preload = '-r ./tools/old-node.cjs'
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: Record<string, string> }
const stepsOf = (script: string) => script.replaceAll(`node ${preload}`, 'node').split(' && ')
const steps = Object.values(scripts).flatMap(stepsOf)

test('every npm script gives node a module, and starts nothing that is not there', () => {
  for (const [program = '', file = ''] of steps.map((step) => step.split(' '))) {
    if (program.startsWith('bin/')) assert.ok(existsSync(`${root}${program}`), program)
    if (program !== 'node' || file.startsWith('-')) continue
    assert.match(file, /\.(mjs|ts)$/)
    assert.ok(existsSync(`${root}${file}`), file)
  }
})

test('what CONTRIBUTING tells a newcomer to run first installs what is missing', () => {
  for (const name of ['check', 'test', 'bench', 'dev', 'format', 'quickstart']) {
    assert.ok(scripts[name]?.startsWith(`node ${preload} `), name)
    const [first = ''] = stepsOf(scripts[name] ?? '')
    const [, file = ''] = first.split(' ')
    assert.ok(file.endsWith('.mjs') && readFileSync(`${root}${file}`, 'utf8').includes('ensureInstalled('), name)
  }
})
