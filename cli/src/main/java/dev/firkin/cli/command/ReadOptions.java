package dev.firkin.cli.command;

import dev.firkin.cli.session.UsageException;
import dev.firkin.cli.text.Percent;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How much of the content of chunks is read to find damage. */
final class ReadOptions {
  @Option(
      names = "--read-data",
      description = "Also fetch, decrypt, decompress and hash every chunk.")
  private boolean readData;

  @Option(
      names = "--sample",
      paramLabel = "PERCENT",
      description = "The same for a random part of the chunks, such as 5%%.")
  private Optional<String> sample = Optional.empty();

  /** The part of the chunks to read, from 0 to 1. */
  double part() throws UsageException {
    if (readData && sample.isPresent()) {
      throw new UsageException(
          "--read-data and --sample contradict each other", "use one of the two");
    }
    try {
      return readData ? 1 : sample.map(Percent::parse).orElse(0.0);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--sample: " + e.getMessage(), "write --sample 5%");
    }
  }
}
