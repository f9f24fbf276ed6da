package dev.firkin.cli.config.btrbk;

/**
 * A line that could not be carried over, or not as it is.
 *
 * @param line from 1; 0 for what the file does not say
 * @param text of the line
 * @param why for people
 */
public record BtrbkNote(int line, String text, String why) {
  @Override
  public String toString() {
    return (line > 0 ? "line " + line + ": " : "") + text + " (" + why + ")";
  }
}
