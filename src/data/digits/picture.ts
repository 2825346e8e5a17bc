/** Width and height of a picture, in pixels. */
export const side = 28

/** Size of a picture, in bytes. */
export const pictureSize = side * side
