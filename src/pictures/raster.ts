/** A number for each pixel, row by row. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** In pixels, from the upper left corner of a picture. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
