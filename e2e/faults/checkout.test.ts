import { proveStory } from './prove-story.ts'

proveStory('checkout')
