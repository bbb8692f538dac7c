/** The recogniser's thread: says of files what they are, by their beginnings. No archive is opened further than its list of names. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { recogniseFile } from '../imports/watching/recognise.ts'
import type { Recognised } from '../imports/watching/take.ts'
import { expose } from './rpc.ts'

/** What the thread is started with. */
export interface RecogniserData {
  folder: string
  /** From the folder on. */
  paths: readonly string[]
}
export interface RecogniserThread {
  run(): Promise<Recognised[]>
}

const { folder, paths } = workerData as RecogniserData

expose(parentPort as MessagePort, {
  async run() {
    const answers: Recognised[] = []
    for (const path of paths) answers.push(await recogniseFile(folder, path))
    return answers
  },
} satisfies RecogniserThread)
