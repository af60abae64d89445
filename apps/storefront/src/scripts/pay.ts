import type { Input } from '@rialto/kit/contract'
import { payments } from '@rialto/payments/contract'
import { ApiProblem } from '@rialto/sdk'
import { cardFields } from '../lib/card-fields.ts'
import { call } from './api.ts'

type FieldError = { readonly field: string; readonly message: string }
type Card = Input<typeof payments.tokenizeSandboxCard>

enhance()
// Back from the next page the browser shows this one as it was left.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload()
})

/** Hands the card to the gateway and only its token to the shop. A second press while that runs does nothing. */
function enhance(): void {
  const form = document.querySelector<HTMLFormElement>('[data-pay]')
  const button = form?.querySelector<HTMLButtonElement>('[data-pay-button]')
  const token = form?.querySelector<HTMLInputElement>('[data-token]')
  if (!form || !button || !token) return
  let isSending = false
  const setSending = (sending: boolean) => {
    isSending = sending
    button.disabled = sending
    button.ariaBusy = String(sending)
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (isSending) return
    setSending(true)
    clearErrors(form)
    token.value ||= (await tokenize(form)) ?? ''
    if (token.value === '' || !(await placeOrder(form))) setSending(false)
  })
  for (const choice of form.querySelectorAll<HTMLButtonElement>('[data-test-card]')) {
    choice.addEventListener('click', () => fillTestCard(form, choice.dataset.testCard ?? ''))
  }
}

/**
 * Sends the form as the browser would, but keeps the page: after a refusal the card need not be typed again, and
 * when no answer comes the same press is repeated with its key. Answers whether the page is left or renewed.
 */
async function placeOrder(form: HTMLFormElement): Promise<boolean> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>)
  const response = await fetch(form.action, { method: 'POST', body }).catch(() => undefined)
  if (response?.redirected) {
    location.assign(response.url)
    return true
  }
  const page = new DOMParser().parseFromString((await response?.text()) ?? '', 'text/html')
  const fresh = page.querySelector<HTMLElement>('main')
  if (!response || response.status >= 500 || !fresh) {
    // Another card would be another attempt, and nobody knows yet what became of this one.
    form.querySelector<HTMLFieldSetElement>('[data-card]')?.toggleAttribute('disabled', true)
    showGeneral(form, 'No answer came. Nothing is charged twice: please press the button again.')
    return false
  }
  const typedCard = readCard(form)
  document.querySelector('main')?.replaceWith(fresh)
  const renewed = document.querySelector<HTMLFormElement>('[data-pay]')
  if (renewed) fillCard(renewed, typedCard)
  enhance()
  fresh.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  return true
}

async function tokenize(form: HTMLFormElement): Promise<string | undefined> {
  try {
    const { token } = await call(payments.tokenizeSandboxCard, readCard(form))
    return token
  } catch (error) {
    showRefusal(form, error)
  }
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  return undefined
}

function showRefusal(form: HTMLFormElement, error: unknown): void {
  const { errors = [] } = (error instanceof ApiProblem ? error.details : {}) as { errors?: FieldError[] }
  for (const { field, message } of errors) showError(form, field, sentence(message))
  if (errors.length > 0) return
  if (error instanceof ApiProblem) showGeneral(form, error.message)
  else showGeneral(form, 'The payment gateway cannot be reached. Nothing was charged; please try again.')
}

function sentence(message: string): string {
  return /^(?:is|must|has) /.test(message) ? `This ${message}.` : message
}

function readCard(form: HTMLFormElement): Card {
  const typed = (key: string) => fieldOf(form, key)?.value.trim() ?? ''
  return { number: typed('number'), expiry: typed('expiry'), cvc: typed('cvc') }
}

function fillCard(form: HTMLFormElement, card: Card): void {
  for (const key of cardFields) {
    const field = fieldOf(form, key)
    if (field) field.value = card[key]
  }
}

function fieldOf(form: HTMLFormElement, key: string): HTMLInputElement | null {
  return form.querySelector(`[data-card-field="${CSS.escape(key)}"]`)
}

function showError(form: HTMLFormElement, key: string, message: string): void {
  const field = fieldOf(form, key)
  const place = document.getElementById(`card-${key}-error`)
  if (!field || !place) {
    showGeneral(form, message)
    return
  }
  field.ariaInvalid = 'true'
  place.hidden = false
  place.textContent = message
}

function showGeneral(form: HTMLFormElement, message: string): void {
  const place = form.querySelector<HTMLElement>('[data-pay-error]')
  if (!place) return
  place.hidden = false
  place.textContent = message
}

function clearErrors(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll('[data-card-field]')) field.ariaInvalid = null
  for (const place of form.querySelectorAll<HTMLElement>('.error')) place.hidden = true
}

function fillTestCard(form: HTMLFormElement, number: string): void {
  fillCard(form, { number, expiry: `12/${(new Date().getFullYear() + 5) % 100}`, cvc: '123' })
  clearErrors(form)
  form.querySelector<HTMLElement>('[data-pay-button]')?.focus()
}
