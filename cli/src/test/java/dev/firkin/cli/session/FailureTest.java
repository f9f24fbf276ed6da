package dev.firkin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.btrfs.BtrfsException;
import dev.firkin.crypt.CryptException;
import dev.firkin.crypt.DamagedAgeFileException;
import dev.firkin.crypt.NoMatchingIdentityException;
import dev.firkin.repository.ConcurrentChangeException;
import dev.firkin.repository.DamagedException;
import dev.firkin.repository.NoSuchRepositoryException;
import dev.firkin.repository.RepositoryRefusedException;
import dev.firkin.repository.SecretMissingException;
import dev.firkin.repository.v1.NewerFormatException;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.StoreUrlException;
import dev.firkin.transfer.ReceiverException;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
  private static final String AT = "s3://b";

  static Stream<Arguments> exceptions() {
    return Stream.of(
        Arguments.of(2, "usage", new UsageException("m", "h")),
        Arguments.of(2, "usage", new StoreUrlException("m")),
        Arguments.of(3, "no-such-repository", new NoSuchRepositoryException(AT)),
        Arguments.of(3, "no-such-store", new NoSuchStoreException(AT, null, "m", null, null)),
        Arguments.of(
            1,
            "out-of-files",
            new BtrfsException("m", "h", new IOException("Too many open files"))),
        Arguments.of(4, "busy", new BusyException("m", "h")),
        Arguments.of(4, "busy", new ConcurrentChangeException("m", "h")),
        Arguments.of(5, "damaged", new DamagedException("k", "m", null, null)),
        Arguments.of(5, "damaged", new DamagedAgeFileException("m", null)),
        Arguments.of(
            75, "store-unavailable", new StoreUnavailableException(AT, null, "m", null, null)),
        Arguments.of(75, "interrupted", new StoreInterruptedException(AT, null, "m", null, null)),
        Arguments.of(75, "interrupted", new InterruptedException()),
        Arguments.of(75, "interrupted", new CutShortException("m", null)),
        Arguments.of(1, "newer-format", new NewerFormatException("firkin.json", 2)),
        Arguments.of(1, "secret-missing", new SecretMissingException(AT)),
        Arguments.of(1, "wrong-key", new NoMatchingIdentityException("m", null, null)),
        Arguments.of(1, "bad-key", new CryptException("m", null)),
        Arguments.of(1, "repository-refused", new RepositoryRefusedException("m", "h")),
        Arguments.of(1, "store-refused", new StoreRefusedException(AT, null, "m", null, null)),
        Arguments.of(1, "store-failed", new StoreException(AT, null, "m", null, null)),
        Arguments.of(1, "receiver-failed", new ReceiverException("m", null, null)),
        Arguments.of(1, "btrfs-failed", new BtrfsException("m", null)),
        Arguments.of(1, "failed", new FirkinException("m")),
        Arguments.of(1, "out-of-memory", new OutOfMemoryError("Java heap space")),
        Arguments.of(1, "bug", new IllegalStateException("m")));
  }

  @ParameterizedTest
  @MethodSource("exceptions")
  void mapsEachExceptionToItsExitCode(int exit, String code, Throwable thrown) {
    Failure failure = Failure.of(thrown);
    assertEquals(exit, failure.exit().number());
    assertEquals(code, failure.code());
  }

  @Test
  void anUnavailableStoreIsAReasonToRunAgain() {
    Failure failure =
        Failure.of(new StoreUnavailableException(AT, null, "m", "check the cable", null));
    assertTrue(failure.hint().orElseThrow().startsWith("check the cable; then run the same"));
  }
}
