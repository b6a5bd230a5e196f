/** When the pictures of the README are taken, ms since 1970: a Wednesday at noon. */
export const PICTURE_TIME = Date.UTC(2026, 9, 14, 10);
/** The browser is so much later, ms: what devices said last is some seconds old, and the clocks are near enough to be one. */
export const PICTURE_LATER = 4000;
