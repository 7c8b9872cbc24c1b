import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The folder with Amazon's plugin, or the reason why it is not run. */
export function findOfficialPlugin(): { folder: string; skip: false } | { folder: ''; skip: string } {
  const folder = process.env['FAIRLEAD_OFFICIAL_PLUGIN_DIR'] ?? ''
  if (folder === '')
    return { folder: '', skip: 'FAIRLEAD_OFFICIAL_PLUGIN_DIR names no folder with session-manager-plugin' }
  if (!existsSync(join(folder, 'session-manager-plugin'))) {
    return { folder: '', skip: `${folder}/session-manager-plugin is not there` }
  }
  return { folder, skip: false }
}
