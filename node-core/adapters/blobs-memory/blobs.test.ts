import { blobsAcceptance } from '../../../tests/acceptance/blobs.ts'
import { MemoryBlobs } from './blobs.ts'

blobsAcceptance('MemoryBlobs', async () => new MemoryBlobs())
