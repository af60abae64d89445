import { acceptPoints, findPoints } from './crash-points.ts'
import { openMortalShop } from './mortal-shop.ts'
import { type StoryName, stories } from './stories.ts'

// Writes the points of now to crash-points.json: node launch.mjs e2e/faults/accept-points.ts

const shop = await openMortalShop()
try {
  const points: Record<string, string[]> = {}
  for (const [name, begin] of Object.entries(stories))
    points[name] = await findPoints(shop, { name: name as StoryName, begin })
  acceptPoints(points)
} finally {
  await shop.close()
}
