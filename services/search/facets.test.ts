import assert from 'node:assert/strict'
import { test } from 'node:test'
import { facetsOf } from './facets.ts'

test('chosen facets come first, then those that most products have', () => {
  const facets = facetsOf(
    [
      ['Size:M', 9],
      ['Colour:Red', 5],
      ['Colour:Blue', 3],
      ['Brand:Norde', 2],
    ],
    new Map([['Brand', ['Norde']]]),
  )
  assert.deepEqual(
    facets.map(({ name }) => name),
    ['Brand', 'Size', 'Colour'],
  )
  assert.deepEqual(facets[0]?.values, [{ value: 'Norde', count: 2, selected: true }])
})

test('a chosen value that nothing has is still there, to be taken back', () => {
  const [facet] = facetsOf([['Colour:Red', 5]], new Map([['Colour', ['Green', 'Red']]]))
  assert.deepEqual(facet?.values, [
    { value: 'Red', count: 5, selected: true },
    { value: 'Green', count: 0, selected: true },
  ])
})

test('a facet has at most 100 values, and the chosen ones besides', () => {
  const pairs = Array.from({ length: 300 }, (_, index) => [`Model:${index}`, 300 - index] as const)
  const [facet] = facetsOf(pairs, new Map([['Model', ['299']]]))
  assert.deepEqual([facet?.values.length, facet?.values.at(-1)?.value], [101, '299'])
})
