import type { Command } from 'commander'
import type { Surroundings } from '../surroundings.ts'
import type { NodesOptions } from './nodes-command.ts'

/** `fairlead nodes`. */
export function addNodes(fairlead: Command, surroundings: Surroundings): void {
  fairlead
    .command('nodes')
    .description('List managed nodes, or tell all about one.')
    .argument('[what...]', 'a node or a set of them, by id or name; or filters: tag:role=web, state=offline')
    .option('--tags', 'with the tags of more than 25 nodes too (of 200 with --json): they take a call for each')
    .option('--json', 'as the API answers them, with their tags')
    .option('--data-dir <dir>', 'of the server, to use its root key; else as AWS’s tools')
    .addHelpText('after', examples)
    .action(async (what: string[], options: NodesOptions) => {
      const { nodesCommand } = await import('./nodes-command.ts')
      await nodesCommand(what, options, surroundings)
    })
}

const examples = `
  fairlead nodes
  fairlead nodes web-01
  fairlead nodes web-[01-20]
  fairlead nodes tag:role=web,db
  fairlead nodes state=offline platform=Linux
  fairlead nodes --json | jq -r '.[] | select(.PingStatus != "Online") | .InstanceId'

Filters: tag:KEY, tag-key, state (online, offline), platform, agent, role, activation, and those of the API by their names.
Allowed it must be: ssm:DescribeInstanceInformation; for tags ssm:ListTagsForResource.`
