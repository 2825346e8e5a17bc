/** A picture with one number for each pixel. The numbers are stored row by row. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** A rectangle in pixels, measured from the upper left corner of a picture. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}
