/** The checked options of `augment`, in the form that worker threads receive. */
export interface Settings {
  readonly seed: number
  /** The width of a picture in pixels. */
  readonly width: number
  readonly height: number
  /** The largest shift in pixels, in either direction. */
  readonly shift: number
  /** The largest rotation in degrees, in either direction. */
  readonly rotation: number
  /** The largest increase or decrease of the size, as a fraction of the size. */
  readonly scale: number
  readonly elastic: Elastic | undefined
}

/** Elastic distortion as defined by Simard, Steinkraus and Platt (2003). */
export interface Elastic {
  /** The factor that multiplies the smoothed noise. The products are displacements in pixels. */
  readonly alpha: number
  /** The standard deviation of the Gaussian that smooths the noise, in pixels. */
  readonly sigma: number
}
