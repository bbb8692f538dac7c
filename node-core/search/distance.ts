// biome-ignore-all lint/style/noNonNullAssertion: hot loops over indexes that are in bounds by construction
/** How many slips lie between two words: a letter too many, missing, wrong, or two swapped (optimal string alignment). */

const width = 80
const rows = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)] as const

/** The distance of two words of fewer than 80 letters, or `limit + 1` where it is more than `limit`. */
export function distance(a: ArrayLike<number>, aLength: number, b: ArrayLike<number>, bLength: number, limit: number): number {
  const far = limit + 1
  if (Math.abs(aLength - bLength) > limit || aLength >= width || bLength >= width) return far
  let [before, last, row]: [Uint8Array, Uint8Array, Uint8Array] = [rows[0], rows[1], rows[2]]
  for (let j = 0; j <= bLength; j++) last[j] = Math.min(j, far)
  for (let i = 1; i <= aLength; i++) {
    const from = Math.max(1, i - limit)
    const to = Math.min(bLength, i + limit)
    row[from - 1] = from === 1 && i < far ? i : far
    let least = row[from - 1]!
    for (let j = from; j <= to; j++) {
      let cost = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const insert = row[j - 1]! + 1
      if (insert < cost) cost = insert
      const remove = (j === i + limit ? far : last[j]!) + 1
      if (remove < cost) cost = remove
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        const swap = before[j - 2]! + 1
        if (swap < cost) cost = swap
      }
      if (cost > far) cost = far
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least > limit) return far
    ;[before, last, row] = [last, row, before]
  }
  return Math.min(far, last[bLength]!)
}
