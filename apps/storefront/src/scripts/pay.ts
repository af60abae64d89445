import type { Input, Reply } from '@rialto/kit/contract'
import type { payments } from '@rialto/payments/contract'

type Card = Input<typeof payments.tokenizeSandboxCard>
type Token = Reply<typeof payments.tokenizeSandboxCard>

const form = document.querySelector<HTMLFormElement>('[data-pay]')
if (form) enhance(form)

/** Hands the card to the gateway and only its token to the shop. A second press while that runs does nothing. */
function enhance(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>('[data-pay-button]')
  const token = form.querySelector<HTMLInputElement>('[data-token]')
  if (!button || !token) return
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
    const given = token.value || (await tokenize(form))
    if (given === undefined) return setSending(false)
    token.value = given
    HTMLFormElement.prototype.submit.call(form)
  })
  // Back from the next page the browser shows this one as it was left.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload()
  })
  for (const choice of form.querySelectorAll<HTMLButtonElement>('[data-test-card]')) {
    choice.addEventListener('click', () => fillTestCard(form, choice.dataset.testCard ?? ''))
  }
}

async function tokenize(form: HTMLFormElement): Promise<string | undefined> {
  const card: Card = {
    number: typed(form, 'number'),
    expiry: typed(form, 'expiry'),
    cvc: typed(form, 'cvc'),
  }
  try {
    const response = await fetch('/api/sandbox-gateway/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(card),
    })
    const body = (await response.json()) as Token & {
      detail?: string
      errors?: { field: string; message: string }[]
    }
    if (response.ok) return body.token
    if (body.errors) for (const { field, message } of body.errors) showError(form, field, sentence(message))
    else showGeneral(form, body.detail ?? 'The payment gateway did not take the card. Please try again.')
  } catch {
    showGeneral(form, 'The payment gateway cannot be reached. Nothing was charged; please try again.')
  }
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  return undefined
}

function sentence(message: string): string {
  return /^(?:is|must|has) /.test(message) ? `This ${message}.` : message
}

function typed(form: HTMLFormElement, key: string): string {
  return fieldOf(form, key)?.value.trim() ?? ''
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
  const card = { number, expiry: `12/${(new Date().getFullYear() + 5) % 100}`, cvc: '123' }
  for (const [key, value] of Object.entries(card)) {
    const field = fieldOf(form, key)
    if (field) field.value = value
  }
  clearErrors(form)
  form.querySelector<HTMLElement>('[data-pay-button]')?.focus()
}
