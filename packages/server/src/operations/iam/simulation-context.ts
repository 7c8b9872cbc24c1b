import { type ContextLayer, type ContextValue, contextLayer } from '@fairlead/iam'
import type { ContextEntry } from '@fairlead/wire/model/generated/iam'
import { ServiceError } from '../../domain/error.ts'

type KeyType = NonNullable<ContextEntry['ContextKeyType']>

const valueForms: Readonly<Record<string, RegExp>> = {
  numeric: /^[+-]?\d{1,40}(?:\.\d{1,40})?$/,
  boolean: /^(?:true|false)$/i,
  ip: /^[0-9a-f:.]{2,45}(?:\/\d{1,3})?$/i,
  binary: /^[A-Za-z0-9+/]*={0,2}$/,
  date: /^(?:\d{1,15}|\d{4}-\d\d-\d\d(?:T[\d:.]{2,20}(?:Z|[+-]\d\d:?\d\d)?)?)$/,
}

/** The condition keys that a simulation was given. Throws InvalidInput for what no key could hold. */
export function contextOfEntries(entries: readonly ContextEntry[] | undefined): ContextLayer {
  const record = new Map<string, ContextValue>()
  for (const { ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = 'string' } of entries ??
    []) {
    if (name === undefined || !/^[^\s:]+:[^\s:].*$/s.test(name)) {
      throw new ServiceError('InvalidInput', `${name ?? ''} is no name of a context key.`)
    }
    if (record.has(name.toLowerCase())) throw new ServiceError('InvalidInput', `The key ${name} is given twice.`)
    record.set(name.toLowerCase(), contextValue(name, values, type))
  }
  return contextLayer(Object.fromEntries(record))
}

function contextValue(name: string, values: readonly string[], type: KeyType): ContextValue {
  const form = valueForms[type.replace(/List$/, '')]
  const wrong = form && values.find((value) => !form.test(value))
  if (wrong !== undefined) {
    throw new ServiceError('InvalidInput', `The value ${wrong} of the key ${name} is not of the type ${type}.`)
  }
  if (type.endsWith('List')) return values
  const [value, ...more] = values
  if (value === undefined || more.length > 0) {
    throw new ServiceError('InvalidInput', `The key ${name} of the type ${type} has one value.`)
  }
  return value
}
