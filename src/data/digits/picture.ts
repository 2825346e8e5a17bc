/** Pixels along each side of a picture. */
export const side = 28

/** Bytes of a picture. */
export const pictureSize = side * side
