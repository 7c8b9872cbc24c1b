import type { ScriptPlugin } from './plugin.ts'
import { linesInput } from './step-inputs.ts'

/** A script that names its interpreter (`#!`) is run by it, any other by /bin/sh, which works on file systems mounted noexec too. */
export const runShellScript: ScriptPlugin = {
  kind: 'script',
  name: 'aws:runShellScript',
  prepare(inputs) {
    const lines = linesInput(inputs['runCommand'])
    if (lines === undefined) return { kind: 'refused', reason: 'runCommand is neither a text nor a list of texts.' }
    const text = `${lines.join('\n')}\n`
    return {
      kind: 'script',
      fileName: '_script.sh',
      text,
      command: (path) => (text.startsWith('#!') ? [path] : ['/bin/sh', path]),
    }
  },
}
