import type { ListCommandsRequest, ListCommandsResult } from '@fairlead/wire/model/generated/ssm'
import { accountWideArn } from '../../domain/arn.ts'
import type { Command } from '../../domain/command.ts'
import { commandStatus, isComplete } from '../../domain/command-status.ts'
import type { Operation } from '../operation.ts'
import { boundedFilters, type ReadFilters, readFilters } from './command-filters.ts'
import { describeCommand } from './describe-command.ts'
import { filteredPage } from './filtered-page.ts'
import { pageToken, placeOf } from './page-token.ts'

const listing = 'ListCommands'
const mostResults = 50

/** ListCommands: newest first. */
export const listCommands: Operation<ListCommandsRequest, ListCommandsResult> = {
  service: 'ssm',
  name: 'ListCommands',
  action: 'ssm:ListCommands',
  resources: (_input, scope) => [{ resource: accountWideArn(scope) }],

  async handle(input, { store }) {
    const { CommandId: commandId, InstanceId: nodeId, MaxResults: limit = mostResults, NextToken } = input
    const filters = boundedFilters(readFilters(input.Filters, true), nodeId !== undefined)
    const { items, next } = await filteredPage(
      { limit, after: placeOf(listing, NextToken) },
      (page) => store.commands.listCommands({ ...filters.stored, commandId, nodeId }, page),
      wanted(filters),
    )
    return { Commands: items.map(describeCommand), NextToken: pageToken(listing, next) }
  },
}

function wanted({ status, stage, document }: ReadFilters): ((command: Command) => boolean) | undefined {
  if (status === undefined && stage === undefined && document === undefined) return undefined
  return (command) => {
    if (document !== undefined && command.documentName !== document) return false
    const state = commandStatus(command)
    if (status !== undefined && state.status !== status && state.details !== status) return false
    return stage === undefined || isComplete(command) === (stage === 'Complete')
  }
}
