/** Checked options, as worker threads get them. */
export interface Settings {
  readonly seed: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Pixels, to either side. */
  readonly shift: number
  /** Degrees, to either side. */
  readonly rotation: number
  /** A share of the picture's size, to either side. */
  readonly scale: number
  readonly elastic: Elastic | undefined
}

/** Elastic distortion as Simard, Steinkraus and Platt (2003) have it. */
export interface Elastic {
  /** What the smoothed noise is multiplied by, in pixels. */
  readonly alpha: number
  /** The standard deviation of the Gaussian that smooths the noise, in pixels. */
  readonly sigma: number
}
