import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { ScriptPlugin } from './plugin.ts'
import { linesInput } from './step-inputs.ts'

export const runPowerShellScript: ScriptPlugin = {
  kind: 'script',
  name: 'aws:runPowerShellScript',
  prepare(inputs, searchPath) {
    const lines = linesInput(inputs['runCommand'])
    if (lines === undefined) return { kind: 'refused', reason: 'runCommand is neither a text nor a list of texts.' }
    const pwsh = findProgram('pwsh', searchPath)
    if (pwsh === undefined) {
      return {
        kind: 'refused',
        reason: 'PowerShell (pwsh) is not installed on this node, or not on the PATH of its agent.',
      }
    }
    return {
      kind: 'script',
      fileName: '_script.ps1',
      // Without the last line a script whose last program failed would count as a success.
      text: `${lines.join('\n')}\nexit $LASTEXITCODE\n`,
      command: (path) => [pwsh, '-NoLogo', '-NonInteractive', '-ExecutionPolicy', 'Unrestricted', '-File', path],
    }
  },
}

function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
