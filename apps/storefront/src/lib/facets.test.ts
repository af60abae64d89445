import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FacetInfo, usefulFacets } from './facets.ts'

const facet = (name: string, counts: Record<string, number>, selected = ''): FacetInfo => ({
  name,
  values: Object.entries(counts).map(([value, count]) => ({ value, count, selected: value === selected })),
})
const names = (facets: FacetInfo[]) => facets.map(({ name }) => name)
const values = (facets: FacetInfo[]) => facets[0]?.values.map(({ value }) => value)

test('a facet that concerns one product of many, or all of them alike, is left out', () => {
  const all = [
    facet('Colour', { Red: 6, Blue: 12 }),
    facet('Collar', { 38: 1, 39: 1 }),
    facet('For', { All: 40 }),
  ]
  assert.deepEqual(names(usefulFacets(all, 40)), ['Colour'])
})

test('a facet in use stays, so that it can be taken back', () => {
  assert.deepEqual(names(usefulFacets([facet('Collar', { '38': 1 }, '38')], 1)), ['Collar'])
})

test('sizes go from small to large, whatever they are counted in', () => {
  const shoes = facet('Size', { 'EU 40': 7, L: 7, 'One size': 7, 'EU 38': 6, XL: 5, S: 2 })
  assert.deepEqual(values(usefulFacets([shoes], 20)), ['S', 'L', 'XL', 'EU 38', 'EU 40', 'One size'])
  const bottles = facet('Volume', { '1 l': 4, '250 ml': 3, '0.5 l': 2 })
  assert.deepEqual(values(usefulFacets([bottles], 9)), ['250 ml', '0.5 l', '1 l'])
})

test('what is no size keeps its order, the most frequent first', () => {
  const colours = facet('Colour', { Red: 5, Blue: 4, 'RAL 3000': 3 })
  assert.deepEqual(values(usefulFacets([colours], 20)), ['Red', 'Blue', 'RAL 3000'])
})
