package dev.firkin.it.servers;

/** Whether this machine has a server to offer. */
sealed interface Availability {
  record Running(S3Server server) implements Availability {}

  /**
   * There is none.
   *
   * @param reason what is missing and how to get it, as one line
   */
  record Unavailable(String reason) implements Availability {}
}
