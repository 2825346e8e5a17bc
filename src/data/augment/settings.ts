/** Checked options, in the form that worker threads receive. */
export interface Settings {
  readonly seed: number
  /** In pixels. */
  readonly width: number
  readonly height: number
  /** Maximum in pixels, in either direction. */
  readonly shift: number
  /** Maximum in degrees, in either direction. */
  readonly rotation: number
  /** Maximum change as a fraction of the size, up or down. */
  readonly scale: number
  readonly elastic: Elastic | undefined
}

/** Elastic distortion as defined by Simard, Steinkraus and Platt (2003). */
export interface Elastic {
  /** The factor for the smoothed noise, in pixels. */
  readonly alpha: number
  /** The standard deviation of the Gaussian that smooths the noise, in pixels. */
  readonly sigma: number
}
