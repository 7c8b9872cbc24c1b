import type { Group, GroupIdentifier } from '@fairlead/wire/model/generated/resource-groups'
import { resourceGroupArn } from '../../domain/arn.ts'
import type { ResourceGroup } from '../../domain/resource-group.ts'
import type { Scope } from '../../domain/scope.ts'

export function describeGroup(group: ResourceGroup, scope: Scope): Group {
  const { name, description } = group
  return { GroupArn: resourceGroupArn(scope, name), Name: name, Description: description, ...marksOf(group) }
}

export function identifyGroup(group: ResourceGroup, scope: Scope): GroupIdentifier {
  const { name, description } = group
  return { GroupName: name, GroupArn: resourceGroupArn(scope, name), Description: description, ...marksOf(group) }
}

function marksOf({
  criticality,
  owner,
  displayName,
}: ResourceGroup): Pick<Group, 'Criticality' | 'Owner' | 'DisplayName'> {
  return { Criticality: criticality, Owner: owner, DisplayName: displayName }
}
