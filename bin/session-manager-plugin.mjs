// Stands in for Amazon's plugin of the AWS CLI.
import { pluginMain } from '@fairlead/cli/session-manager-plugin'

const code = await pluginMain(process.argv.slice(2), process.env)
// Standard input may still be waited for.
process.exit(code)
