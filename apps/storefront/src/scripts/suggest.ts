import type { Reply } from '@rialto/kit/contract'
import { search } from '@rialto/search/contract'
import { call } from './api.ts'

type Suggestions = Reply<typeof search.suggest>['items']

const pauseMs = 120

for (const form of document.querySelectorAll<HTMLFormElement>('[data-suggest]')) enhance(form)

/** Completes what is typed, as a combobox: arrows choose, Enter opens, Escape closes. */
function enhance(form: HTMLFormElement): void {
  const field = form.querySelector('input')
  if (!field) return
  const list = document.createElement('ul')
  list.id = 'suggestions'
  list.className = 'suggestions'
  list.role = 'listbox'
  list.ariaLabel = 'Suggestions'
  list.hidden = true
  form.append(list)
  field.role = 'combobox'
  field.ariaExpanded = 'false'
  field.ariaAutoComplete = 'list'
  field.setAttribute('aria-controls', list.id)
  let timer = 0
  let chosen = -1
  const show = (items: Suggestions) => {
    chosen = -1
    list.replaceChildren(...items.map(toOption))
    list.hidden = items.length === 0
    field.ariaExpanded = String(!list.hidden)
    field.removeAttribute('aria-activedescendant')
  }
  const choose = (index: number) => {
    chosen = (index + list.children.length + 1) % (list.children.length + 1)
    if (chosen === list.children.length) chosen = -1
    for (const [at, option] of [...list.children].entries()) option.ariaSelected = String(at === chosen)
    const id = list.children[chosen]?.id
    if (id) field.setAttribute('aria-activedescendant', id)
    else field.removeAttribute('aria-activedescendant')
  }
  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = window.setTimeout(async () => {
      const typed = field.value.trim()
      const items = typed.length < 2 ? [] : await suggest(typed)
      if (field.value.trim() === typed && document.activeElement === field) show(items)
    }, pauseMs)
  })
  field.addEventListener('keydown', (event) => {
    if (list.hidden) return
    if (event.key === 'Escape') show([])
    else if (event.key === 'ArrowDown') choose(chosen + 1)
    else if (event.key === 'ArrowUp') choose(chosen < 0 ? list.children.length - 1 : chosen - 1)
    else if (event.key === 'Enter' && chosen >= 0) open(list.children[chosen])
    else return
    event.preventDefault()
  })
  // The field keeps the focus while an option is pressed, else the list would be gone before the click.
  list.addEventListener('pointerdown', (event) => event.preventDefault())
  list.addEventListener('click', ({ target }) =>
    open(target instanceof Element ? target.closest('li') : null),
  )
  form.addEventListener('focusout', ({ relatedTarget }) => {
    if (!form.contains(relatedTarget as Node | null)) show([])
  })
}

function suggest(typed: string): Promise<Suggestions> {
  return call(search.suggest, { q: typed.slice(0, 100) }).then(
    ({ items }) => items,
    // Without suggestions the search itself still works.
    () => [],
  )
}

function open(option: Element | null | undefined): void {
  if (option instanceof HTMLElement && option.dataset.href) location.assign(option.dataset.href)
}

function toOption({ text, handle, imageUrl }: Suggestions[number], index: number): HTMLLIElement {
  const option = document.createElement('li')
  option.id = `suggestion-${index}`
  option.role = 'option'
  option.dataset.href = `/p/${encodeURIComponent(handle)}`
  if (imageUrl) {
    const picture = new Image(32, 32)
    picture.src = imageUrl
    picture.alt = ''
    option.append(picture)
  }
  option.append(text)
  return option
}
