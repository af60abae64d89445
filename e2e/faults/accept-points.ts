import { acceptPoints, findPoints } from './crash-points.ts'
import { openMortalShop } from './mortal-shop.ts'
import { stories } from './stories.ts'

// Writes the points of now to crash-points.json: node launch.mjs e2e/faults/accept-points.ts

const shop = await openMortalShop()
try {
  const points: Record<string, string[]> = {}
  for (const story of stories) points[story.name] = await findPoints(shop, story)
  acceptPoints(points)
} finally {
  await shop.close()
}
