package dev.firkin.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.s3.ScriptedServer.Hangup;
import dev.firkin.store.ChecksumMode;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectInfo;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectKind;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreRefusedException;
import dev.firkin.store.StoreUnavailableException;
import dev.firkin.store.Version;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store makes of servers and networks that fail in every way. */
final class S3FailuresTest {
  private static final ObjectKey KEY = ObjectKey.of("pages/p");
  private static final String SECRET = "testsecret";

  private ScriptedServer server;
  private S3Store store;

  @BeforeEach
  void start() throws Exception {
    server = new ScriptedServer(ScriptedServer.error(500, "InternalError"));
    store = store(server.endpoint(), ChecksumMode.DEFAULT);
  }

  @AfterEach
  void end() {
    store.close();
    server.close();
  }

  private static S3Store store(URI endpoint, ChecksumMode checksums) throws StoreException {
    S3Settings settings = S3ProxyFixture.settings(endpoint, "bucket", "in/", checksums);
    return S3ProxyFixture.store(settings, S3ProxyFixture.client(settings));
  }

  private StoreException failureOfPut() {
    return assertThrows(
        StoreException.class, () -> store.put(KEY, body("hello"), PutCondition.always()));
  }

  private StoreException failureOfGet() {
    return assertThrows(StoreException.class, () -> store.get(KEY, 1_000_000));
  }

  private StoreException failureOfList() {
    return assertThrows(StoreException.class, () -> store.list(KeyPrefix.all(), info -> {}));
  }

  private static ByteBuffer body(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "503, SlowDown", "503, ServiceUnavailable", "500, InternalError", "502, BadGateway",
    "504, GatewayTimeout", "429, TooManyRequests", "400, RequestTimeout", "409, OperationAborted"
  })
  void passingErrorsAreRetryable(int status, String code) {
    server.then(ScriptedServer.error(status, code));

    for (StoreException e : List.of(failureOfPut(), failureOfGet(), failureOfList())) {
      assertInstanceOf(StoreUnavailableException.class, e);
      assertTrue(e.retryable());
    }
  }

  /** The trouble is the store's own; but what it has waited for in vain was on the line. */
  @ParameterizedTest
  @CsvSource({
    "503, SlowDown, true",
    "500, InternalError, true",
    "503, '', true",
    "502, '', true",
    "400, RequestTimeout, false"
  })
  void anAnswerIsNoTroubleOfTheLine(int status, String code, boolean answered) {
    server.then(
        code.isEmpty() ? ScriptedServer.status(status, "") : ScriptedServer.error(status, code));
    for (StoreException e : List.of(failureOfPut(), failureOfGet(), failureOfList())) {
      var failure = assertInstanceOf(StoreUnavailableException.class, e);
      assertEquals(answered, failure.answered(), failure::getMessage);
    }
  }

  /** It may have been the line; but a store that does not know our checksums refuses them all. */
  @Test
  void whatWasCorruptedOnItsWayIsRetryableButNotForEver() {
    server.then(ScriptedServer.error(400, "BadDigest"));
    for (int i = 0; i < 6; i++) {
      assertTrue(failureOfPut().retryable());
    }
    StoreException last = failureOfPut();
    assertFalse(last.retryable());
    assertTrue(last.hint().orElseThrow().contains("--checksums"));
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, ListBucket",
    "403, SignatureDoesNotMatch, secret key",
    "403, InvalidAccessKeyId, access key",
    "403, RequestTimeTooSkewed, clock",
    "401, Unauthorized, GetObject"
  })
  void refusalsSayWhatToLookAt(int status, String code, String hint) {
    server.then(ScriptedServer.error(status, code));

    for (StoreException e : List.of(failureOfPut(), failureOfGet(), failureOfList())) {
      assertInstanceOf(StoreRefusedException.class, e, e::toString);
      assertTrue(String.valueOf(e.getMessage()).contains(code), e::toString);
      assertTrue(e.hint().orElseThrow().contains(hint), e.hint()::orElseThrow);
      assertFalse(e.toString().contains(SECRET));
      assertFalse(e.toString().contains("\n"));
      assertFalse(e.toString().contains("SDK"), e::toString);
    }
  }

  @Test
  void otherRefusalsAreFinalButNotOfCredentials() {
    server.then(ScriptedServer.error(400, "InvalidStorageClass"));

    StoreException e = failureOfPut();
    assertEquals(StoreException.class, e.getClass());
    assertFalse(e.retryable());
    assertTrue(e.hint().orElseThrow().contains("--storage-class"));
  }

  /** Some servers do not know conditional writes and say so, each time. */
  @Test
  void conditionsThatAreNotImplementedAreAskedFor() throws Exception {
    AtomicBoolean there = new AtomicBoolean();
    server.then((request, out) -> {
      if (request.headers().contains("if-none-match") || request.headers().contains("if-match")) {
        ScriptedServer.error(501, "NotImplemented").answer(request, out);
      } else if (request.line().startsWith("HEAD") && !there.get()) {
        ScriptedServer.write(out, 404, "", "");
      } else {
        there.set(true);
        ScriptedServer.write(out, 200, "ETag: \"v1\"\r\n", "");
      }
    });

    assertInstanceOf(
        PutResult.Stored.class, store.put(KEY, body("hello"), PutCondition.ifAbsent()));
    assertEquals(List.of("PUT", "HEAD", "GET", "PUT"), methods());
    assertFalse(store.decidesConditions());
    assertInstanceOf(
        PutResult.Refused.class, store.put(KEY, body("other"), PutCondition.ifAbsent()));
    assertInstanceOf(
        PutResult.Refused.class,
        store.put(KEY, body("other"), PutCondition.ifMatches(new Version("\"v0\""))));
    assertInstanceOf(
        PutResult.Stored.class,
        store.put(KEY, body("newer"), PutCondition.ifMatches(new Version("\"v1\""))));
    // What one condition has shown says nothing of the other; nor does a put that was not made.
    assertEquals(
        List.of("PUT", "HEAD", "GET", "PUT", "HEAD", "PUT", "HEAD", "PUT", "HEAD", "PUT"),
        methods());
  }

  /** What it does not know may be something else. */
  @Test
  void whatIsNotImplementedWithoutAConditionIsAFailure() {
    server.then((request, out) -> {
      if (request.line().startsWith("HEAD")) {
        ScriptedServer.write(out, 404, "", "");
      } else {
        ScriptedServer.error(501, "NotImplemented").answer(request, out);
      }
    });
    for (int i = 0; i < 2; i++) {
      StoreException e =
          assertThrows(
              StoreException.class, () -> store.put(KEY, body("hello"), PutCondition.ifAbsent()));
      assertFalse(e.retryable());
      assertTrue(e.toString().contains("NotImplemented"), e::toString);
    }
  }

  private List<String> methods() {
    return server.requests().stream().map(r -> r.line().split(" ", 2)[0]).toList();
  }

  @Test
  void aMissingBucketIsNotAMissingObject() {
    server.then(ScriptedServer.error(404, "NoSuchBucket"));

    assertInstanceOf(NoSuchStoreException.class, failureOfPut());
    assertInstanceOf(NoSuchStoreException.class, failureOfGet());
    assertInstanceOf(NoSuchStoreException.class, failureOfList());
    assertThrows(NoSuchStoreException.class, () -> store.head(KEY));
  }

  @Test
  void connectionsThatBreakAreRetryable() {
    server.then((request, out) -> {
      throw new Hangup();
    });

    for (StoreException e : List.of(failureOfPut(), failureOfGet(), failureOfList())) {
      assertInstanceOf(StoreUnavailableException.class, e);
    }
  }

  @Test
  void anObjectThatEndsEarlyIsRetryable() {
    server.then((request, out) -> {
      announce(out, 500_000);
      out.write(new byte[1_000]);
      out.flush();
      throw new Hangup();
    });

    assertInstanceOf(StoreUnavailableException.class, failureOfGet());
  }

  private static void announce(OutputStream out, int bytes) throws java.io.IOException {
    out.write(
        """
        HTTP/1.1 206 Partial Content
        ETag: "e"
        Content-Length: %d
        Content-Range: bytes 0-%d/%d

        """
            .replace("\n", "\r\n")
            .formatted(bytes, bytes - 1, bytes)
            .getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void stalledTransfersAreCut() {
    server.then((request, out) -> {
      if (request.line().startsWith("GET /bucket/in/")) {
        announce(out, 500_000);
        out.write(new byte[1_000]);
        out.flush();
      }
      ScriptedServer.hang();
    });

    long before = System.nanoTime();
    assertInstanceOf(StoreUnavailableException.class, failureOfGet());
    assertInstanceOf(StoreUnavailableException.class, failureOfPut());
    assertTrue(System.nanoTime() - before < Duration.ofSeconds(38).toNanos());
  }

  @Test
  void serversThatAreNotThereAreRetryable() throws Exception {
    server.close();
    assertInstanceOf(StoreUnavailableException.class, failureOfGet());

    try (S3Store nowhere = store(URI.create("http://no-such-host.invalid"), ChecksumMode.DEFAULT)) {
      assertThrows(StoreUnavailableException.class, () -> nowhere.get(KEY, 10));
    }
  }

  @Test
  void anInterruptEndsTheWait() {
    server.then((request, out) -> ScriptedServer.hang());
    Thread.currentThread().interrupt();

    StoreException e = failureOfGet();
    assertInstanceOf(StoreInterruptedException.class, e, e::toString);
    assertTrue(Thread.interrupted());
  }

  @Test
  void anAnswerThatIsNotFromAnS3ServerIsNeverAnEmptyListing() {
    for (String body : List.of("<html><body>Please log in</body></html>", "", "ok")) {
      server.then(ScriptedServer.status(200, body));
      assertFalse(failureOfList().retryable() && body.startsWith("<html"), body);
    }
  }

  private static String page(boolean truncated, String token, String... keys) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult>");
    xml.append("<IsTruncated>").append(truncated).append("</IsTruncated>").append(token);
    for (String key : keys) {
      xml.append("<Contents><Key>").append(key).append("</Key><Size>1</Size><ETag>\"e\"</ETag>");
      xml.append("<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>");
    }
    return xml.append("</ListBucketResult>").toString();
  }

  @Test
  void followsThePagesOfAListing() throws Exception {
    String token = "<NextContinuationToken>t1</NextContinuationToken>";
    server.then((request, out) ->
        ScriptedServer.write(
            out,
            200,
            "",
            request.line().contains("continuation-token=t1")
                ? page(false, "", "in/b")
                : page(true, token, "in/a")));
    List<String> keys = new ArrayList<>();
    store.list(KeyPrefix.all(), info -> keys.add(info.key().value()));

    assertEquals(List.of("a", "b"), keys);
  }

  @Test
  void listingsThatMakeNoSenseAreNoListings() {
    String same = "<NextContinuationToken>t1</NextContinuationToken>";
    for (String body :
        List.of(
            page(true, "", "in/a"),
            page(true, same, "in/a"),
            page(false, "", "out/a"),
            page(false, "", "in/b", "in/a"),
            page(false, "", "in/a", "in/a"),
            page(false, "", "in/a").replace("<IsTruncated>false</IsTruncated>", ""),
            page(false, "", "in/a").replaceAll("<Size>.*</Size>", ""),
            page(false, "", "in/a").replaceAll("<ETag>.*</ETag>", ""))) {
      server.then(ScriptedServer.status(200, body));
      assertEquals(StoreException.class, failureOfList().getClass(), body);
    }
  }

  @Test
  void deletionsFailWhereOneOfTheirKeysFails() throws Exception {
    List<ObjectKey> keys = List.of(ObjectKey.of("a"), ObjectKey.of("b"));
    String error = "<Error><Key>in/b</Key><Code>%s</Code><Message>m</Message></Error>";
    String answer = "<?xml version=\"1.0\"?><DeleteResult>" + error + "</DeleteResult>";

    server.then(ScriptedServer.status(200, answer.formatted("NoSuchKey")));
    store.delete(keys);
    server.then(ScriptedServer.status(200, answer.formatted("InternalError")));
    assertThrows(StoreUnavailableException.class, () -> store.delete(keys));
    server.then(ScriptedServer.status(200, answer.formatted("AccessDenied")));
    StoreRefusedException e = assertThrows(StoreRefusedException.class, () -> store.delete(keys));
    assertEquals(keys.getLast(), e.key().orElseThrow());
  }

  /**
   * A server that refuses every PUT, and holds an object with the mark of that PUT or with another:
   * as after a PUT that succeeded, whose answer was lost, and which the client then repeated.
   */
  private void refuseAndHold(boolean theSame, int status) {
    server.then((request, out) -> {
      if (request.line().startsWith("PUT")) {
        ScriptedServer.error(status, "PreconditionFailed").answer(request, out);
        return;
      }
      String mark =
          server.requests().stream()
              .flatMap(r -> r.headers().lines())
              .filter(line -> line.startsWith("x-amz-meta-firkin-put: "))
              .reduce((first, last) -> last)
              .orElseThrow();
      String header = theSame ? mark : mark.substring(0, mark.length() - 8) + "00000000";
      out.write(
          """
          HTTP/1.1 200 OK
          ETag: "held"
          Content-Length: 5
          Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT
          %s

          """
              .formatted(header)
              .replace("\n", "\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
    });
  }

  @Test
  void recognisesWhatItsOwnHiddenRetryStored() throws Exception {
    refuseAndHold(true, 412);
    for (PutCondition condition :
        List.of(PutCondition.ifAbsent(), PutCondition.ifMatches(new Version("\"old\"")))) {
      assertEquals(
          PutResult.stored(new Version("\"held\"")), store.put(KEY, body("hello"), condition));
    }
  }

  @Test
  void doesNotTakeAnothersObjectForItsOwn() throws Exception {
    for (int status : new int[] {412, 409}) {
      refuseAndHold(false, status);
      for (PutCondition condition :
          List.of(PutCondition.ifAbsent(), PutCondition.ifMatches(new Version("\"old\"")))) {
        assertEquals(PutResult.refused(), store.put(KEY, body("hello"), condition));
      }
    }
  }

  @Test
  void aConflictThatLeavesTheConditionStandingIsRetryable() {
    refuseAndHold(false, 409);

    assertThrows(
        StoreUnavailableException.class,
        () -> store.put(KEY, body("hello"), PutCondition.ifMatches(new Version("\"held\""))));
  }

  @Test
  void sendsChecksumsAsTheModeSays() throws Exception {
    server.then((request, out) -> ScriptedServer.write(out, 200, "ETag: \"e\"\r\n", ""));
    store.put(KEY, body("hello"), PutCondition.ifAbsent());
    String headers = server.requests().getLast().headers();
    assertTrue(headers.contains("x-amz-checksum-crc32c: mng7ta=="), headers);
    assertTrue(headers.contains("x-amz-meta-firkin-crc32c: mng7ta=="), headers);
    assertTrue(headers.contains("if-none-match: *"), headers);
    assertEquals(5, server.requests().getLast().bodyBytes());

    for (ChecksumMode mode : List.of(ChecksumMode.WHEN_REQUIRED, ChecksumMode.NONE)) {
      try (S3Store plain = store(server.endpoint(), mode)) {
        plain.put(KEY, body("hello"), PutCondition.always());
        headers = server.requests().getLast().headers();
        assertFalse(headers.contains("x-amz-checksum"), headers);
        assertFalse(headers.contains("x-amz-trailer"), headers);
        assertFalse(headers.contains("x-amz-sdk-checksum"), headers);
        assertFalse(headers.contains("aws-chunked"), headers);
        assertEquals(5, server.requests().getLast().bodyBytes());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 9 << 20, 40 << 20})
  void sendsEveryObjectInOneRequest(int bytes) throws Exception {
    server.then((request, out) -> ScriptedServer.write(out, 200, "ETag: \"e\"\r\n", ""));
    store.put(KEY, ByteBuffer.allocate(bytes), PutCondition.always());

    assertEquals(1, server.requests().size());
    assertEquals(bytes, server.requests().getLast().bodyBytes());
    assertTrue(server.requests().getLast().line().startsWith("PUT /bucket/in/pages/p HTTP"));
  }

  @Test
  void readsAnObjectWithOneRequest() throws Exception {
    server.then((request, out) -> {
      announce(out, 3_000_000);
      out.write(new byte[3_000_000]);
      out.flush();
    });

    assertEquals(3_000_000, store.get(KEY, 3_000_000).body().remaining());
    assertEquals(1, server.requests().size());
  }

  @ParameterizedTest
  @CsvSource({"CHUNKS, chunks/aa/c", "PAGES, pages/p", "MANIFESTS, snapshots/s"})
  void putsOnlyOneKindIntoItsStorageClass(ObjectKind kind, String key) throws Exception {
    server.then((request, out) -> ScriptedServer.write(out, 200, "ETag: \"e\"\r\n", ""));
    S3Settings plain =
        S3ProxyFixture.settings(server.endpoint(), "bucket", "", ChecksumMode.DEFAULT);
    S3Settings cold = plain.withStorageClass(kind, "STANDARD_IA");
    try (S3Store chilled = S3ProxyFixture.store(cold, S3ProxyFixture.client(cold))) {
      for (String each :
          List.of(
              "chunks/aa/c",
              "pages/p",
              "snapshots/s",
              "firkin.json",
              "keys/k",
              "leases/l",
              "uploads/u/r",
              "trash/r/chunks/aa/c")) {
        chilled.put(ObjectKey.of(each), body("x"), PutCondition.always());
        assertEquals(
            each.equals(key),
            server.requests().getLast().headers().contains("x-amz-storage-class: standard_ia"),
            each);
      }
    }
  }

  @Test
  void headOfNothingAsksWhetherThereIsABucket() throws Exception {
    server.then((request, out) -> {
      if (request.line().startsWith("HEAD")) {
        ScriptedServer.write(out, 404, "", "");
      } else {
        ScriptedServer.write(out, 200, "", page(false, ""));
      }
    });

    assertEquals(List.<ObjectInfo>of(), store.head(KEY).stream().toList());
    assertEquals(2, server.requests().size());
    assertTrue(store.head(KEY).isEmpty());
    assertEquals(3, server.requests().size());
  }
}
