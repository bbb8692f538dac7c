import { describe, expect, it } from 'vitest'
import { placeIn } from './positions.ts'

const head = 100
/** A list of rows of the heights that are given, below a head. */
const listOf = (heights: readonly number[]) => {
  const getItemOffset = (index: number) => heights.slice(0, index).reduce((sum, height) => sum + height, 0)
  const findItemIndex = (offset: number) =>
    Math.max(
      0,
      heights.findLastIndex((_, index) => getItemOffset(index) <= offset - head),
    )
  return { getItemOffset, findItemIndex }
}
const place = (heights: readonly number[], scrollTop: number) =>
  placeIn(listOf(heights), { scrollTop, clientHeight: 500 }, head, heights.length)

describe('where a talk stands', () => {
  it('is by the first unit that begins on the screen', () => {
    expect(place([80, 80, 80, 80], 270)).toEqual({ index: 3, above: -70 })
    expect(place([80, 80, 80, 80], 260)).toEqual({ index: 2, above: 0 })
  })

  it('is by the unit that fills the screen where none begins', () => {
    expect(place([80, 2000, 80], 400)).toEqual({ index: 1, above: 220 })
  })

  it('is in the head, and at the very end, where it is', () => {
    expect(place([80, 80], 99)).toEqual({ index: -1, above: 99 })
    expect(place([80, 80], 240)).toEqual({ index: 1, above: 60 })
  })

  it('is where it was after the unit above got its height', () => {
    const { index, above } = place([40, 40, 40, 40], 150)
    const grown = listOf([40, 108, 40, 40])
    const scrollTop = grown.getItemOffset(index) + above + head
    expect(grown.getItemOffset(index) + head - scrollTop).toBe(30)
  })
})
