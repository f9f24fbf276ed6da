package dev.firkin.cli.session;

/** How the program ends: a promise to scripts. */
public enum ExitCode {
  DONE(0, "done"),
  FAILED(1, "failed; stderr says why"),
  USAGE(2, "usage: the command line or configuration makes no sense, or a name is ambiguous"),
  NOT_FOUND(3, "no such repository or snapshot"),
  BUSY(4, "busy: another firkin works on the same thing"),
  DAMAGED(5, "damaged data found"),
  UNFINISHED(75, "unfinished but resumable: run the same command again");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  public int number() {
    return number;
  }

  /** For the table in the help. */
  public String meaning() {
    return meaning;
  }
}
