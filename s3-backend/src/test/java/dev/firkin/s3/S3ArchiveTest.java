package dev.firkin.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.s3.ScriptedServer.Request;
import dev.firkin.store.ArchivedObjects;
import dev.firkin.store.ArchivedObjects.State;
import dev.firkin.store.ArchivedObjects.Tier;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.StoreException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives as AWS documents them; no server that can be had here freezes anything. */
final class S3ArchiveTest {
  private static final ObjectKey CHUNK = ObjectKey.of("chunks/aa/c");

  private ScriptedServer server;
  private S3Store store;
  private ArchivedObjects archive;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer(ScriptedServer.error(500, "InternalError"));
    S3Settings settings =
        S3ProxyFixture.settings(server.endpoint(), "bucket", "in/", ChecksumMode.DEFAULT);
    store = S3ProxyFixture.store(settings, S3ProxyFixture.client(settings));
    archive = store.archive().orElseThrow();
  }

  @AfterEach
  void end() {
    store.close();
    server.close();
  }

  /** An object with these headers, which may be read or not, and what a thaw is answered with. */
  private void holds(String headers, boolean readable, ScriptedServer.Script onThaw) {
    String object = "ETag: \"e\"\r\nLast-Modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n" + headers;
    AtomicBoolean asked = new AtomicBoolean();
    server.then((request, out) -> {
      if (request.line().startsWith("POST")) {
        asked.set(onThaw.equals(ACCEPTED));
        onThaw.answer(request, out);
      } else if (request.line().startsWith("HEAD")) {
        String ongoing = asked.get() ? "x-amz-restore: ongoing-request=\"true\"\r\n" : "";
        ScriptedServer.write(out, 200, object + ongoing, "");
      } else if (readable) {
        ScriptedServer.write(out, 206, object + "Content-Range: bytes 0-0/9\r\n", "x");
      } else {
        ScriptedServer.error(403, "InvalidObjectState").answer(request, out);
      }
    });
  }

  private static final ScriptedServer.Script ACCEPTED = ScriptedServer.status(202, "");

  @Test
  void whatIsFrozenIsNoRefusalAndCannotBeReadByTryingAgain() {
    holds("x-amz-storage-class: GLACIER\r\n", false, ACCEPTED);

    StoreException e = assertThrows(ObjectFrozenException.class, () -> store.get(CHUNK, 100));

    assertFalse(e.retryable());
    assertTrue(e.hint().orElseThrow().contains("firkin thaw"), e::toString);
    assertEquals(CHUNK, e.key().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x-amz-storage-class: GLACIER|false|FROZEN",
        "x-amz-storage-class: DEEP_ARCHIVE|false|FROZEN",
        "x-amz-archive-status: DEEP_ARCHIVE_ACCESS|false|FROZEN",
        "x-amz-storage-class: GLACIER|true|AT_HAND",
        "x-amz-storage-class: GLACIER_IR|true|AT_HAND",
        "x-amz-storage-class: STANDARD_IA|true|AT_HAND",
        "Server: x|true|AT_HAND"
      })
  void theStateIsWhatCanBeRead(String header, boolean readable, State state) throws Exception {
    holds(header + "\r\n", readable, ACCEPTED);
    assertEquals(state, archive.state(CHUNK));
  }

  @ParameterizedTest
  @CsvSource({"true, FROZEN", "false, THAWED"})
  void aThawIsUnderWayOrDone(boolean ongoing, State state) throws Exception {
    holds(
        "x-amz-storage-class: GLACIER\r\nx-amz-restore: ongoing-request=\"%s\"\r\n"
            .formatted(ongoing),
        !ongoing,
        ACCEPTED);
    assertEquals(state, archive.state(CHUNK));
    assertEquals(state == State.THAWED, archive.thaw(CHUNK, 7, Tier.STANDARD));
    assertEquals(
        List.of("HEAD", "HEAD"), server.requests().stream().map(S3LocksTest::method).toList());
  }

  @Test
  void asksForWhatIsFrozenAndForNothingElse() throws Exception {
    holds("x-amz-storage-class: GLACIER\r\n", false, ACCEPTED);
    assertFalse(archive.thaw(CHUNK, 7, Tier.BULK));
    Request asked =
        server.requests().stream().filter(r -> r.line().startsWith("POST")).findFirst().get();
    assertTrue(asked.line().startsWith("POST /bucket/in/chunks/aa/c?restore"), asked::line);
    assertTrue(asked.bodyBytes() > 0);

    holds("x-amz-storage-class: STANDARD\r\n", true, ACCEPTED);
    assertTrue(archive.thaw(CHUNK, 7, Tier.BULK));
    assertEquals(List.of("HEAD"), server.requests().stream().map(S3LocksTest::method).toList());
  }

  @Test
  void whatWasAskedForBeforeIsNoFailure() throws Exception {
    holds(
        "x-amz-storage-class: GLACIER\r\n",
        false,
        ScriptedServer.error(409, "RestoreAlreadyInProgress"));
    assertFalse(archive.thaw(CHUNK, 7, Tier.STANDARD));

    holds("x-amz-storage-class: GLACIER\r\n", false, ScriptedServer.error(403, "AccessDenied"));
    assertFalse(
        assertThrows(StoreException.class, () -> archive.thaw(CHUNK, 7, Tier.STANDARD))
            .retryable());
  }
}
