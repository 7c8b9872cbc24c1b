// Stands in for Amazon's plugin of the AWS CLI.
import { pluginMain } from '@fairlead/cli/session-manager-plugin'

// As in fairlead.mjs.
if (process.env.FAIRLEAD_NOHUP !== undefined) process.on('SIGHUP', () => undefined)

const code = await pluginMain(process.argv.slice(2), process.env)
// Standard input may still be waited for.
process.exit(code)
