package dev.firkin.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.s3.ScriptedServer.Request;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectLock;
import dev.firkin.store.ObjectLocks;
import dev.firkin.store.ObjectLocks.Lock;
import dev.firkin.store.ObjectLocks.State;
import dev.firkin.store.PutCondition;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked of a server that locks, and what its answers mean. */
final class S3LocksTest {
  private static final ObjectKey CHUNK = ObjectKey.of("chunks/aa/c");
  private static final ObjectLock MONTH =
      new ObjectLock(ObjectLock.Mode.COMPLIANCE, Duration.ofDays(30));
  private static final String ENABLED =
      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
          + "</ObjectLockConfiguration>";

  private ScriptedServer server;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer(S3LocksTest::locking);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static void locking(Request request, OutputStream out) throws IOException {
    ScriptedServer.write(
        out, 200, "ETag: \"e\"\r\n", request.line().contains("?object-lock") ? ENABLED : "");
  }

  private S3Store store(ChecksumMode checksums) throws StoreException {
    S3Settings settings =
        S3ProxyFixture.settings(server.endpoint(), "bucket", "in/", checksums)
            .withObjectLock(MONTH);
    return S3ProxyFixture.store(settings, S3ProxyFixture.client(settings));
  }

  static String method(Request request) {
    return request.line().substring(0, request.line().indexOf(' '));
  }

  private static ByteBuffer body() {
    return ByteBuffer.wrap(new byte[] {1, 2, 3});
  }

  private Request last() {
    return server.requests().getLast();
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunks/aa/c", "pages/p", "snapshots/s"})
  void whatSnapshotsNeedIsPutWithALock(String key) throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      Instant before = Instant.now();
      store.put(ObjectKey.of(key), body(), PutCondition.always());

      String headers = last().headers();
      assertTrue(headers.contains("x-amz-object-lock-mode: compliance"), headers);
      assertTrue(headers.contains("x-amz-checksum-crc32c:"), headers);
      Instant until =
          headers
              .lines()
              .filter(line -> line.startsWith("x-amz-object-lock-retain-until-date: "))
              .map(line -> Instant.parse(line.substring(37).toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow();
      Duration period = Duration.between(before, until);
      assertTrue(
          period.minus(MONTH.period()).abs().compareTo(Duration.ofMinutes(1)) < 0,
          period::toString);
    }
  }

  /** Rounds lock them; a bucket that locks nothing is refused before there is anything. */
  @ParameterizedTest
  @ValueSource(strings = {"firkin.json", "keys/k.secret.age"})
  void theFoundationIsPutWithoutALockWhereTheBucketLocks(String key) throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      store.put(ObjectKey.of(key), body(), PutCondition.always());
      assertFalse(last().headers().contains("x-amz-object-lock"), last()::headers);
    }
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      server.then(ScriptedServer.error(404, "ObjectLockConfigurationNotFoundError"));
      assertThrows(
          StoreException.class,
          () -> store.put(ObjectKey.of(key), body(), PutCondition.ifAbsent()));
      assertTrue(server.requests().stream().noneMatch(r -> r.line().startsWith("PUT")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"leases/l", "uploads/u/r", "trash/r/chunks/aa/c", "probe/p", "condemned/r/0"})
  void whatIsDeletedAllTheTimeIsNot(String key) throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      store.put(ObjectKey.of(key), body(), PutCondition.always());
      assertFalse(last().headers().contains("x-amz-object-lock"), last()::headers);
      assertEquals(1, server.requests().size());
    }
  }

  /** No server locks what comes without any. */
  @Test
  void withoutTheUsualChecksumsThereIsAnother() throws Exception {
    try (S3Store store = store(ChecksumMode.NONE)) {
      store.put(CHUNK, body(), PutCondition.always());
      // printf '\1\2\3' | openssl md5 -binary | base64
      assertTrue(
          last().headers().contains("content-md5: uonfc331cyb83sjzevsfra=="), last()::headers);
      assertFalse(last().headers().contains("x-amz-checksum-crc32c"), last()::headers);
    }
  }

  @Test
  void asksOnceWhetherTheBucketLocks() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      store.put(CHUNK, body(), PutCondition.always());
      store.put(CHUNK, body(), PutCondition.always());
      assertEquals(
          List.of("GET", "PUT", "PUT"),
          server.requests().stream().map(S3LocksTest::method).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404, ObjectLockConfigurationNotFoundError, DISABLED",
    "400, InvalidRequest, DISABLED",
    "405, MethodNotAllowed, DISABLED",
    "404, NoSuchKey, DISABLED",
    "501, NotImplemented, DISABLED",
    "401, Unauthorized, UNKNOWN",
    "403, AccessDenied, UNKNOWN"
  })
  void saysWhetherTheBucketLocks(int status, String code, State state) throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      ObjectLocks locks = store.locks().orElseThrow();
      assertEquals(State.ENABLED, locks.state());
      server.then(ScriptedServer.error(status, code));
      assertEquals(state, locks.state());
    }
  }

  @Test
  void whereTheBucketDoesNotLockNothingIsWritten() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      server.then(ScriptedServer.error(404, "ObjectLockConfigurationNotFoundError"));

      StoreException e =
          assertThrows(
              StoreException.class, () -> store.put(CHUNK, body(), PutCondition.ifAbsent()));

      assertFalse(e.retryable());
      assertTrue(e.hint().orElseThrow().contains("--object-lock"), e::toString);
      assertTrue(server.requests().stream().noneMatch(r -> r.line().startsWith("PUT")));
    }
  }

  @Test
  void whatPassesIsNoAnswer() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      ObjectLocks locks = store.locks().orElseThrow();
      server.then(ScriptedServer.error(429, "TooManyRequests"));
      assertTrue(assertThrows(StoreException.class, locks::state).retryable());
      server.then(ScriptedServer.error(404, "NoSuchBucket"));
      assertThrows(NoSuchStoreException.class, locks::state);
    }
  }

  @Test
  void whoMayNotAskWritesNothing() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      server.then(ScriptedServer.error(403, "AccessDenied"));

      StoreException e =
          assertThrows(
              StoreRefusedException.class, () -> store.put(CHUNK, body(), PutCondition.ifAbsent()));

      assertTrue(
          e.hint().orElseThrow().contains("s3:GetBucketObjectLockConfiguration"), e::toString);
      assertTrue(server.requests().stream().noneMatch(r -> r.line().startsWith("PUT")));
    }
  }

  @Test
  void readsTheLockOfAnObjectAndWhetherThereIsOne() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      ObjectLocks locks = store.locks().orElseThrow();
      server.then(
          ScriptedServer.status(
              200,
              "<Retention><Mode>GOVERNANCE</Mode>"
                  + "<RetainUntilDate>2026-12-22T00:00:00Z</RetainUntilDate></Retention>"));
      assertEquals(
          Optional.of(new Lock(ObjectLock.Mode.GOVERNANCE, Instant.parse("2026-12-22T00:00:00Z"))),
          locks.lockOf(CHUNK));
      for (String none : List.of("NoSuchObjectLockConfiguration", "NoSuchKey")) {
        server.then(ScriptedServer.error(404, none));
        assertEquals(Optional.empty(), locks.lockOf(CHUNK));
      }
      server.then(ScriptedServer.error(503, "SlowDown"));
      assertTrue(assertThrows(StoreException.class, () -> locks.lockOf(CHUNK)).retryable());
    }
  }

  @Test
  void locksForLongerUnlessItIsGone() throws Exception {
    try (S3Store store = store(ChecksumMode.DEFAULT)) {
      ObjectLocks locks = store.locks().orElseThrow();
      Lock lock = new Lock(ObjectLock.Mode.GOVERNANCE, Instant.now().plusSeconds(90_000));
      assertTrue(locks.lock(CHUNK, lock));
      assertTrue(last().line().startsWith("PUT /bucket/in/chunks/aa/c?retention"), last()::line);
      for (int gone : new int[] {404, 405}) {
        server.then(ScriptedServer.error(gone, gone == 404 ? "NoSuchKey" : "MethodNotAllowed"));
        assertFalse(locks.lock(CHUNK, lock));
      }
      server.then(ScriptedServer.error(403, "AccessDenied"));
      StoreRefusedException e =
          assertThrows(StoreRefusedException.class, () -> locks.lock(CHUNK, lock));
      assertTrue(e.hint().orElseThrow().contains("PutObjectRetention"), e::toString);
    }
  }
}
