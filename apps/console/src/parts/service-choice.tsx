import { operations } from '@rialto/operations/contract'
import { call } from '../api.ts'
import { useLive } from '../use-live.ts'
import { Choice } from './form.tsx'

/** The services that are served, and the gateway before them. */
export function ServiceChoice({ label = 'Service', all = 'All' }: { label?: string; all?: string }) {
  const names = useServices()
  return (
    <Choice
      name="service"
      label={label}
      options={[['', all], ...['gateway', ...names].map((name) => [name, name] as const)]}
    />
  )
}

export function useServices(): readonly string[] {
  const { data } = useLive('contracts', () => call(operations.listServiceContracts, {}), 60_000)
  return data?.items.map(({ name }) => name) ?? []
}
