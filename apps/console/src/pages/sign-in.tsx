import { identity, secondFactorRequired } from '@rialto/identity/contract'
import { isProblem } from '@rialto/sdk'
import { type FormEvent, useState } from 'react'
import { call, explain } from '../api.ts'
import { Heading, Notice } from '../parts/basics.tsx'
import { Action, Field } from '../parts/form.tsx'
import type { Session } from '../session.ts'

/** For whoever is not signed in, or may not come in. */
export function SignIn({ session }: { session: Exclude<Session, { state: 'asking' | 'open' }> }) {
  return (
    <main id="main" className="sign-in" tabIndex={-1}>
      <p className="brand">
        Rialto <span>Console</span>
      </p>
      {session.state === 'closed' ? <Forms session={session} /> : <Held session={session} />}
    </main>
  )
}

type Held = Extract<Session, { state: 'barred' }>

function Held({ session }: { session: Held }) {
  switch (session.profile.factorStep) {
    case 'set-up':
      return <SetUpFactor session={session} />
    case 'sign-in-again':
      return <SignInAgain session={session} />
    default:
      return <Barred session={session} />
  }
}

function SetUpFactor({ session: { profile, ask, leave } }: { session: Held }) {
  return (
    <>
      <Heading title="Set up a second factor first" />
      <p>
        You are signed in as {profile.name}. This shop asks its staff for a second factor besides the
        password, and you have none yet. Set up one of these, then come back:
      </p>
      <ul>
        <li>
          <a href="/account/second-factor">Codes of an app on your phone</a>
        </li>
        <li>
          <a href="/account/passkeys">A passkey: your fingerprint, your face or the PIN of your device</a>
        </li>
      </ul>
      <div className="actions">
        <button type="button" className="button" onClick={ask}>
          I have set it up
        </button>
        <button type="button" className="button quiet" onClick={() => leave()}>
          Sign out
        </button>
      </div>
    </>
  )
}

function SignInAgain({ session: { profile } }: { session: Held }) {
  const again = async () => {
    await call(identity.signOut, {})
    location.assign('/account/sign-in?to=/console')
  }
  return (
    <>
      <Heading title="Sign in with your second factor" />
      <p>
        You are signed in as {profile.name}, but by your password alone. This shop asks its staff for their
        second factor: sign in again, with your passkey or with a code of your app.
      </p>
      <div className="actions">
        <Action act={again}>Sign in again</Action>
        <a href="/">To the shop</a>
      </div>
    </>
  )
}

function Barred({ session: { profile, leave } }: { session: Held }) {
  return (
    <>
      <Heading title="This is not for your account" />
      <p>
        You are signed in as {profile.name}. The console is for staff with the permission{' '}
        <code>operations</code>; whoever manages staff can give it to you.
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={() => leave()}>
          Sign in as somebody else
        </button>
        <a href="/">To the shop</a>
      </div>
    </>
  )
}

function Forms({ session }: { session: Extract<Session, { state: 'closed' }> }) {
  const [challenge, setChallenge] = useState('')
  const [error, setError] = useState(session.why ?? '')
  const [busy, setBusy] = useState(false)
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    setBusy(true)
    setError('')
    try {
      if (challenge) await call(identity.confirmSignIn, { challenge, code: text('code') })
      else await call(identity.signIn, { email: text('email'), password: text('password') })
      session.ask()
    } catch (failure) {
      if (isProblem(failure, secondFactorRequired)) setChallenge(failure.details.challenge)
      else setError(explain(failure))
    }
    setBusy(false)
  }
  return (
    <>
      <Heading title={challenge ? 'And the code' : 'Sign in'} />
      {error && <Notice tone="bad">{error}</Notice>}
      <form className="panel" onSubmit={send}>
        {challenge ? <CodeField /> : <PasswordFields />}
        <button type="submit" className="button" aria-busy={busy} disabled={busy}>
          {challenge ? 'Confirm' : 'Sign in'}
        </button>
      </form>
      <p className="quiet">For staff with the permission to operate the shop.</p>
    </>
  )
}

function CodeField() {
  return (
    <Field label="Code" hint="Of your app, or a recovery code">
      {(id) => (
        <input
          id={id}
          name="code"
          className="input"
          autoComplete="one-time-code"
          minLength={6}
          maxLength={40}
          required
        />
      )}
    </Field>
  )
}

function PasswordFields() {
  return (
    <>
      <Field label="E-mail">
        {(id) => (
          <input id={id} name="email" type="email" className="input" autoComplete="username" required />
        )}
      </Field>
      <Field label="Password">
        {(id) => (
          <input
            id={id}
            name="password"
            type="password"
            className="input"
            autoComplete="current-password"
            required
          />
        )}
      </Field>
    </>
  )
}
