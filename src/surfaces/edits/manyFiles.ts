/**
 * Of more files at once, the closed ones are written, made and removed without the editor, which takes ten times as
 * long.
 */
export const MAX_FILES_THROUGH_EDITOR = 20;
