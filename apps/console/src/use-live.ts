import { createContext, use, useCallback, useEffect, useRef, useState } from 'react'
import { explain } from './api.ts'

/** Whether pages ask again by themselves. */
export const Live = createContext(true)

export interface LiveData<Data> {
  readonly data?: Data
  /** Why the last attempt failed; what was known before is kept. */
  readonly error?: string
  refresh(): void
}

/**
 * Asks at once, and again after a while as long as the page is seen and nobody has paused it. `key` names what is
 * asked for: under another one what was known is dropped.
 */
export function useLive<Data>(key: string, load: () => Promise<Data>, everyMs = 5_000): LiveData<Data> {
  const live = use(Live)
  const [state, setState] = useState<{ key: string; data?: Data; error?: string }>({ key })
  const [turn, setTurn] = useState(0)
  const latest = useRef(load)
  latest.current = load
  // biome-ignore lint/correctness/useExhaustiveDependencies: a turn asks again.
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    let over = false
    const ask = async () => {
      try {
        const data = await latest.current()
        if (!over) setState({ key, data })
      } catch (error) {
        if (!over)
          setState((known) => ({
            key,
            data: known.key === key ? known.data : undefined,
            error: explain(error),
          }))
      }
      if (!over && live) timer = setTimeout(again, everyMs)
    }
    const again = () => {
      if (document.hidden) timer = setTimeout(again, everyMs)
      else void ask()
    }
    void ask()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [key, live, everyMs, turn])
  const refresh = useCallback(() => setTurn((count) => count + 1), [])
  const known = state.key === key ? state : undefined
  return { data: known?.data, error: known?.error, refresh }
}
