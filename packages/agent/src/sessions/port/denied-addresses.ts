import { BlockList, isIPv6 } from 'node:net'

/** True for addresses that a node must not be a way to: those of cloud metadata, which hands out credentials, and of the link. */
export function isDeniedAddress(address: string): boolean {
  return denied.check(address.replace(/%.*$/, ''), isIPv6(address) ? 'ipv6' : 'ipv4')
}

const denied = new BlockList()
denied.addSubnet('169.254.0.0', 16, 'ipv4')
denied.addSubnet('fe80::', 10, 'ipv6')
// EC2's metadata, resolver and clock.
denied.addSubnet('fd00:ec2::', 32, 'ipv6')
// 169.254.0.0/16 by way of NAT64.
denied.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6')
