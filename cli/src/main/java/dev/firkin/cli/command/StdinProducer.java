package dev.firkin.cli.command;

import dev.firkin.btrfs.Pipes;
import dev.firkin.cli.session.Host;
import dev.firkin.transfer.Producer;
import java.io.InputStream;

/** Standard input: all that can be known of its producer is the end of the stream. */
final class StdinProducer implements Producer {
  private final InputStream stdin;

  private StdinProducer(InputStream stdin) {
    this.stdin = stdin;
  }

  static StdinProducer of(Host host) {
    Pipes.widenOwnInput();
    return new StdinProducer(host.stdin());
  }

  @Override
  public InputStream stream() {
    return stdin;
  }

  @Override
  public void finish() {}

  /** Left open: closing a stream under a read that hangs would hang too. */
  @Override
  public void close() {}
}
