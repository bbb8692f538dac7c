import english from '../en/index.ts'
import type { Messages } from '../index.ts'

const messages: Messages = english
export default messages
