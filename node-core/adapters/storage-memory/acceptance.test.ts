import { storageAcceptance } from '../../../tests/acceptance/storage.ts'
import { openMemoryStorage } from './storage.ts'

storageAcceptance('memory', (migrations) => openMemoryStorage({ migrations }))
