package dev.firkin.cli.session;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.cli.config.ConfigException;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.DamagedAgeFileException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.AmbiguousSnapshotException;
import dev.firkin.repository.BrokenChainException;
import dev.firkin.repository.ConcurrentChangeException;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.LeaseHeldException;
import dev.firkin.repository.NoSuchRepositoryException;
import dev.firkin.repository.NoSuchSnapshotException;
import dev.firkin.repository.RepositoryRefusedException;
import dev.firkin.repository.SecretMissingException;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.sendstream.MalformedStreamException;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoreUrlException;
import dev.firkin.transfer.ReceiverException;
import dev.firkin.transfer.SweptException;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Optional;

/**
 * What an exception means to whoever started the program; the only place that knows.
 *
 * @param code for programs, stable
 * @param message one line
 */
public record Failure(String code, ExitCode exit, String message, Optional<String> hint) {
  private static final String RESUME = "run the same command again: what is done is not done twice";

  /** Of whatever a command may throw. */
  public static Failure of(Throwable thrown) {
    if (outOfFiles(thrown)) {
      return new Failure(
          "out-of-files",
          ExitCode.FAILED,
          "no more files can be opened by this process; nothing that was stored is lost",
          Optional.of("allow more of them: ulimit -n 1024, or LimitNOFILE= of a systemd unit"));
    }
    return switch (thrown) {
      case FirkinException e -> ofFirkin(e);
      case InterruptedException e -> interrupted();
      case OutOfMemoryError e ->
          new Failure(
              "out-of-memory",
              ExitCode.FAILED,
              "out of memory: " + e.getMessage() + "; nothing that was stored is lost",
              Optional.of("give more with FIRKIN_HEAP=512m, or use fewer --jobs"));
      default ->
          new Failure(
              "bug",
              ExitCode.FAILED,
              "this is a bug in firkin: " + thrown,
              Optional.of("please report it, with what the same command prints with --debug"));
    };
  }

  private static boolean outOfFiles(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("Too many open files")) {
        return true;
      }
    }
    // A class whose jar cannot be opened is only said to be missing.
    return thrown instanceof LinkageError && !canOpenFiles();
  }

  private static boolean canOpenFiles() {
    try (FileInputStream _ = new FileInputStream("/dev/null")) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Of a run that was ended by a signal. */
  public static Failure interrupted() {
    return new Failure(
        "interrupted", ExitCode.UNFINISHED, "interrupted before the end", Optional.of(RESUME));
  }

  /** Of a command line that cannot be understood. */
  public static Failure usage(String message, String hint) {
    return new Failure("usage", ExitCode.USAGE, message, Optional.of(hint));
  }

  private static Failure ofFirkin(FirkinException e) {
    return switch (e) {
      case UsageException x -> failure("usage", ExitCode.USAGE, x);
      case StoreUrlException x -> failure("usage", ExitCode.USAGE, x);
      case ConfigException x -> failure("configuration", ExitCode.USAGE, x);
      case AmbiguousSnapshotException x -> failure("ambiguous-snapshot", ExitCode.USAGE, x);
      case NoSuchRepositoryException x -> failure("no-such-repository", ExitCode.NOT_FOUND, x);
      case NoSuchStoreException x -> failure("no-such-store", ExitCode.NOT_FOUND, x);
      case NoSuchSnapshotException x -> failure("no-such-snapshot", ExitCode.NOT_FOUND, x);
      case BusyException x -> failure("busy", ExitCode.BUSY, x);
      case LeaseHeldException x -> failure("busy", ExitCode.BUSY, x);
      case SweptException x -> failure("swept", ExitCode.UNFINISHED, x);
      case ConcurrentChangeException x -> failure("busy", ExitCode.BUSY, x);
      case DamagedException x -> failure("damaged", ExitCode.DAMAGED, x);
      case DamagedAgeFileException x -> failure("damaged", ExitCode.DAMAGED, x);
      case StoreUnavailableException x ->
          new Failure(
              "store-unavailable",
              ExitCode.UNFINISHED,
              message(x),
              Optional.of(x.hint().map(h -> h + "; then " + RESUME).orElse(RESUME)));
      case StoreInterruptedException x -> interrupted();
      case CutShortException x -> failure("interrupted", ExitCode.UNFINISHED, x);
      case NewerFormatException x -> failure("newer-format", ExitCode.FAILED, x);
      case SecretMissingException x -> failure("secret-missing", ExitCode.FAILED, x);
      case NoMatchingIdentityException x -> failure("wrong-key", ExitCode.FAILED, x);
      case CryptException x -> failure("bad-key", ExitCode.FAILED, x);
      case RepositoryRefusedException x -> failure("repository-refused", ExitCode.FAILED, x);
      case BrokenChainException x -> failure("parent-missing", ExitCode.FAILED, x);
      case MalformedStreamException x -> failure("malformed-stream", ExitCode.FAILED, x);
      case StoreRefusedException x -> failure("store-refused", ExitCode.FAILED, x);
      case ObjectFrozenException x -> failure("frozen", ExitCode.FAILED, x);
      case StoreException x -> failure("store-failed", ExitCode.FAILED, x);
      case ReceiverException x -> failure("receiver-failed", ExitCode.FAILED, x);
      case BtrfsException x -> failure("btrfs-failed", ExitCode.FAILED, x);
      default -> failure("failed", ExitCode.FAILED, e);
    };
  }

  private static Failure failure(String code, ExitCode exit, FirkinException e) {
    return new Failure(code, exit, message(e), e.hint());
  }

  private static String message(FirkinException e) {
    return String.valueOf(e.getMessage());
  }
}
