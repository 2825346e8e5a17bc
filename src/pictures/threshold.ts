/**
 * Finds the threshold that best separates values from 0 to 255 into two classes (Otsu, "A threshold selection method
 * from gray-level histograms", 1979). Values above the threshold are ink.
 */
export function otsu(values: Float32Array): number {
  const histogram = new Float64Array(256)
  for (const value of values) histogram[Math.min(255, Math.max(0, Math.round(value)))]++
  const total = values.length
  let sum = 0
  for (let value = 0; value < 256; value++) sum += value * histogram[value]
  let best = -1
  let threshold = 0
  let below = 0
  let sumBelow = 0
  for (let value = 0; value < 255; value++) {
    below += histogram[value]
    sumBelow += value * histogram[value]
    const above = total - below
    if (below === 0 || above === 0) continue
    const difference = sumBelow / below - (sum - sumBelow) / above
    const between = below * above * difference * difference
    if (between > best) {
      best = between
      threshold = value
    }
  }
  return threshold + 0.5
}
