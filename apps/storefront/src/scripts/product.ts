import { inventory } from '@rialto/inventory/contract'
import { availabilityWords } from '../lib/availability.ts'
import type { VariantView } from '../lib/product-page.ts'
import { watch } from './api.ts'
import { whileLooking } from './while-looking.ts'

const product = document.querySelector<HTMLElement>('[data-product]')
if (product) enhance(product)

/** Options choose the variant; price, stock, picture and address follow it. Pictures can be switched. */
function enhance(root: HTMLElement): void {
  for (const link of root.querySelectorAll<HTMLAnchorElement>('[data-picture]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      showPicture(root, link.getAttribute('href') ?? '')
    })
  }
  const variants = JSON.parse(root.querySelector('[data-variants]')?.textContent ?? '[]') as VariantView[]
  const known = new Map(variants.map((variant) => [variant.id, variant]))
  const follow = root.querySelector('[data-variant]') ? chooseIn(root, known) : showOnly(root, known)
  whileLooking((signal) => followStock(known, follow, signal))
}

/** Lets options choose. Answers with the way to show anew what is chosen. */
function chooseIn(root: HTMLElement, known: ReadonlyMap<string, VariantView>): () => void {
  const select = root.querySelector<HTMLSelectElement>('[data-variant]')
  const follow = (changed?: string) => {
    const variants = [...known.values()]
    const variant = nearest(variants, chosenOptions(root), changed)
    if (!variant || !select) return
    select.value = variant.id
    for (const input of radios(root)) {
      input.checked = variant.options[optionOf(input)] === input.value
    }
    markAbsent(root, variants, variant)
    show(root, variant)
    if (changed) history.replaceState(null, '', `?variant=${encodeURIComponent(variant.id)}`)
  }
  root.addEventListener('change', ({ target }) => {
    if (target instanceof HTMLInputElement && target.type === 'radio') follow(optionOf(target))
  })
  follow()
  return follow
}

function showOnly(root: HTMLElement, known: ReadonlyMap<string, VariantView>): () => void {
  return () => {
    const [variant] = known.values()
    if (variant) show(root, variant)
  }
}

/** So many variants can be asked for at once; of the others the stock stays as the page was loaded. */
const watchedAtMost = 100

/** Tells by itself what is left. */
async function followStock(
  known: Map<string, VariantView>,
  follow: () => void,
  signal: AbortSignal,
): Promise<void> {
  const variantIds = [...known.keys()].slice(0, watchedAtMost)
  for await (const { items } of watch(inventory.getAvailability, { variantIds }, { signal })) {
    let isNew = false
    for (const { variantId, state, available } of items) {
      const variant = known.get(variantId)
      if (!variant || (variant.state === state && variant.available === available)) continue
      known.set(variantId, { ...variant, state, available, words: availabilityWords(state, available) })
      isNew = true
    }
    if (isNew) follow()
  }
}

function radios(root: HTMLElement): HTMLInputElement[] {
  return [...root.querySelectorAll<HTMLInputElement>('[data-option] input')]
}

function optionOf(input: HTMLInputElement): string {
  return input.closest<HTMLElement>('[data-option]')?.dataset.option ?? ''
}

function chosenOptions(root: HTMLElement): Record<string, string> {
  const checked = radios(root).filter((input) => input.checked)
  return Object.fromEntries(checked.map((input) => [optionOf(input), input.value]))
}

/** The variant with all wanted options; else the one that keeps the option just chosen and most of the others. */
function nearest(
  variants: readonly VariantView[],
  wanted: Record<string, string>,
  changed: string | undefined,
): VariantView | undefined {
  const agreement = ({ options }: VariantView) =>
    Object.entries(wanted).reduce(
      (sum, [name, value]) => sum + (options[name] === value ? (name === changed ? 100 : 1) : 0),
      0,
    )
  return variants.toSorted((a, b) => agreement(b) - agreement(a))[0]
}

/** Strikes values through that, with the rest of the choice kept, do not exist or are sold out. */
function markAbsent(root: HTMLElement, variants: readonly VariantView[], { options }: VariantView): void {
  for (const input of radios(root)) {
    const name = optionOf(input)
    const wanted = { ...options, [name]: input.value }
    const match = variants.find((variant) =>
      Object.entries(wanted).every(([option, value]) => variant.options[option] === value),
    )
    input.parentElement?.classList.toggle('absent', !match || match.state === 'out')
  }
}

function show(root: HTMLElement, variant: VariantView): void {
  const set = (name: string, text: string | undefined) => {
    const element = root.querySelector<HTMLElement>(`[data-${name}]`)
    if (!element) return
    element.hidden = text === undefined
    element.textContent = text ?? ''
  }
  set('price', variant.price)
  set('before', variant.before)
  set('percent', variant.percent)
  root.querySelector('[data-price]')?.classList.toggle('sale', variant.percent !== undefined)
  set('stock', variant.words)
  const stock = root.querySelector('[data-stock]')
  if (stock) stock.className = `stock ${variant.state}`
  const button = root.querySelector<HTMLButtonElement>('[data-add]')
  if (button) {
    button.disabled = variant.state === 'out'
    button.textContent = button.disabled ? 'Sold out' : 'Add to cart'
  }
  if (variant.imageUrl) showPicture(root, variant.imageUrl)
}

function showPicture(root: HTMLElement, url: string): void {
  const picture = root.querySelector<HTMLImageElement>('[data-main-picture] img')
  if (!picture || picture.getAttribute('src') === url) return
  picture.src = url
  for (const link of root.querySelectorAll<HTMLAnchorElement>('[data-picture]')) {
    const isShown = link.getAttribute('href') === url
    link.ariaCurrent = String(isShown)
    if (isShown) picture.alt = link.dataset.alt ?? ''
  }
}
