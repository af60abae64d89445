import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { explain } from '../api.ts'
import { choose, useRoute } from '../router.ts'
import { Notice } from './basics.tsx'

export function Field({
  label,
  children,
  hint,
}: {
  label: string
  hint?: string
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint && <p className="hint">{hint}</p>}
    </div>
  )
}

/** A choice that stands in the address. */
export function Choice({
  name,
  label,
  options,
}: {
  name: string
  label: string
  options: readonly (readonly [value: string, text: string])[]
}) {
  const { query } = useRoute()
  return (
    <Field label={label}>
      {(id) => (
        <select
          id={id}
          className="input"
          value={query.get(name) ?? ''}
          onChange={({ target }) => choose({ [name]: target.value })}
        >
          {options.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

/** A word to look for, which stands in the address shortly after it was typed. */
export function Search({ name, label }: { name: string; label: string }) {
  const { query } = useRoute()
  const given = query.get(name) ?? ''
  const [text, setText] = useState(given)
  useEffect(() => {
    const timer = setTimeout(() => text !== given && choose({ [name]: text }), 300)
    return () => clearTimeout(timer)
  }, [text, given, name])
  return (
    <Field label={label}>
      {(id) => (
        <input
          id={id}
          className="input"
          type="search"
          maxLength={100}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      )}
    </Field>
  )
}

/** A button whose work may fail: says so beside it, and cannot be pressed twice meanwhile. */
export function Action({
  children,
  act,
  quiet,
  danger,
}: {
  children: ReactNode
  act: () => Promise<unknown>
  quiet?: boolean
  danger?: boolean
}) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')
  const press = async () => {
    setBusy(true)
    setError('')
    await act().catch((failure) => setError(explain(failure)))
    setBusy(false)
  }
  return (
    <>
      <button
        type="button"
        className={`button ${quiet ? 'quiet' : ''} ${danger ? 'danger' : ''}`}
        aria-busy={busy}
        disabled={busy}
        onClick={press}
      >
        {children}
      </button>
      {error && <Notice tone="bad">{error}</Notice>}
    </>
  )
}

/** Asks before something is done that cannot be undone. */
export function Confirmed({
  button,
  title,
  children,
  act,
  danger = true,
}: {
  button: string
  title: string
  children: ReactNode
  act: () => Promise<unknown>
  danger?: boolean
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  return (
    <>
      <button type="button" className="button quiet" onClick={() => dialog.current?.showModal()}>
        {button} …
      </button>
      <dialog ref={dialog} aria-labelledby={id}>
        <h2 id={id}>{title}</h2>
        {children}
        <div className="actions">
          <Action
            danger={danger}
            act={async () => {
              await act()
              dialog.current?.close()
            }}
          >
            {button}
          </Action>
          <button type="button" className="button quiet" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </dialog>
    </>
  )
}
