package dev.firkin.cli.btrfs;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.btrfs.BtrfsSend;
import dev.firkin.btrfs.ChildExit;
import dev.firkin.cli.session.Console;
import dev.firkin.cli.session.CutShortException;
import dev.firkin.transfer.Producer;
import java.io.InputStream;
import java.util.Set;

/** {@code btrfs send}, whose exit status and complaints are part of the verdict. */
public final class SendProducer implements Producer {
  /** SIGINT and SIGTERM, as an exit status shows them. */
  private static final Set<Integer> ENDED_BY_SOMEBODY = Set.of(128 + 2, 128 + 15);

  private final BtrfsSend send;
  private final Console console;

  private SendProducer(BtrfsSend send, Console console) {
    this.send = send;
    this.console = console;
  }

  public static SendProducer start(BtrfsSend.Request request, Console console)
      throws FirkinException {
    return new SendProducer(BtrfsSend.start(request), console);
  }

  @Override
  public InputStream stream() {
    return send.stream();
  }

  @Override
  public void finish() throws FirkinException, InterruptedException {
    ChildExit exit = send.await();
    if (ENDED_BY_SOMEBODY.contains(exit.status())) {
      throw new CutShortException(exit.describe() + "; the snapshot is not stored yet", null);
    }
    if (!exit.succeeded() || exit.stderr().lines().anyMatch(line -> line.startsWith("ERROR"))) {
      throw new BtrfsException(
          exit.describe() + "; the snapshot was not stored",
          "look into the kernel's log (dmesg); then run the same command again");
    }
    exit.stderr().lines().filter(line -> !line.isBlank()).forEach(console::warning);
  }

  @Override
  public void close() {
    send.close();
  }
}
