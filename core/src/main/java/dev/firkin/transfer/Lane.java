package dev.firkin.transfer;

/** The two halves of a stream. */
enum Lane {
  COMMANDS,
  DATA
}
