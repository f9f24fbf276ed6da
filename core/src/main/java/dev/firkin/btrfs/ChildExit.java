package dev.firkin.btrfs;

/**
 * How a child process ended.
 *
 * @param program that ran, for messages
 * @param status its exit status; 128 + n where signal n ended it
 * @param stderr the end of what it wrote there, without trailing line feeds
 */
public record ChildExit(String program, int status, String stderr) {
  public boolean succeeded() {
    return status == 0;
  }

  /** One line: what it was, how it ended and the last thing it said. */
  public String describe() {
    String how =
        status > 128 ? "was ended by signal " + (status - 128) : "exited with status " + status;
    String said = stderr.lines().filter(line -> !line.isBlank()).reduce("", (a, b) -> b).strip();
    return program + " " + how + (said.isEmpty() ? "" : ": " + said);
  }
}
