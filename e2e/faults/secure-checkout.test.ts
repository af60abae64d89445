import { proveStory } from './prove-story.ts'

proveStory('checkout with 3-D Secure')
