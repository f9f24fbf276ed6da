package dev.firkin.s3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.firkin.store.ChecksumMode;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectDamagedException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.StoreRefusedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.async.AsyncRequestBody;

final class S3StoreTest {
  private static S3ProxyFixture proxy;

  @BeforeAll
  static void startProxy() throws Exception {
    proxy = new S3ProxyFixture();
  }

  @AfterAll
  static void stopProxy() throws Exception {
    proxy.close();
  }

  abstract static class OnS3Proxy extends ObjectStoreContract {
    /** S3Proxy compares and swaps in two steps: about one round in ten lets two through. */
    @Override
    protected boolean decidesRacesAtomically() {
      return false;
    }

    /** S3Proxy replaces the bytes of an object before its metadata, the checksum included. */
    @Override
    protected boolean replacesAtomically() {
      return false;
    }
  }

  @Nested
  final class WithPrefix extends OnS3Proxy {
    @Override
    protected ObjectStore openEmptyStore() throws Exception {
      return proxy.newBucket("deep/prefix/", ChecksumMode.DEFAULT);
    }
  }

  @Nested
  final class WithChecksumsWhenRequired extends OnS3Proxy {
    @Override
    protected ObjectStore openEmptyStore() throws Exception {
      return proxy.newBucket("", ChecksumMode.WHEN_REQUIRED);
    }
  }

  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_METHOD)
  final class WithoutChecksums extends OnS3Proxy {
    @Override
    protected ObjectStore openEmptyStore() throws Exception {
      return proxy.newBucket("", ChecksumMode.NONE);
    }

    /** Deletes one by one in this mode: fewer, to stay quick. */
    @Override
    protected int objectsOfLongListing() {
      return 1_005;
    }

    @Test
    void noticesDamage() throws Exception {
      S3Store s3 = (S3Store) store();
      stored("pages/p", bytes("as it was"), ALWAYS);
      s3.client()
          .putObject(
              r ->
                  r.bucket(s3.bucket())
                      .key("pages/p")
                      .metadata(Map.of("firkin-crc32c", Crc32cText.of(bytes("as it was")))),
              AsyncRequestBody.fromString("as it is!"))
          .get();

      assertThrows(ObjectDamagedException.class, () -> text("pages/p"));
    }

    @Test
    void readsWhatWasCopiedWithoutItsMetadata() throws Exception {
      S3Store s3 = (S3Store) store();
      s3.client()
          .putObject(
              r -> r.bucket(s3.bucket()).key("pages/p"), AsyncRequestBody.fromString("copied"))
          .get();

      assertEquals("copied", text("pages/p"));
    }

    @Test
    void leavesForeignObjectsOutOfListings() throws Exception {
      S3Store s3 = (S3Store) store();
      stored("pages/p", bytes("x"), ALWAYS);
      for (String foreign : List.of("pages/", "pages/my notes.txt", "pages/ä&<>", ".hidden")) {
        s3.client()
            .putObject(r -> r.bucket(s3.bucket()).key(foreign), AsyncRequestBody.fromString("x"))
            .get();
      }

      assertEquals(List.of("pages/p"), listed(KeyPrefix.all()));
    }
  }

  @Test
  void saysThatTheBucketDoesNotExist() throws Exception {
    S3Settings settings = proxy.settings("no-such-bucket", "", ChecksumMode.DEFAULT);
    try (S3Store store = S3ProxyFixture.store(settings, S3ProxyFixture.client(settings))) {
      var key = dev.firkin.store.ObjectKey.of("firkin.json");
      var body = java.nio.ByteBuffer.allocate(3);
      var always = dev.firkin.store.PutCondition.always();
      assertThrows(NoSuchStoreException.class, () -> store.head(key));
      assertThrows(NoSuchStoreException.class, () -> store.get(key, 10));
      assertThrows(NoSuchStoreException.class, () -> store.put(key, body, always));
      assertThrows(NoSuchStoreException.class, () -> store.list(KeyPrefix.all(), info -> {}));
    }
  }

  @Test
  void saysThatCredentialsAreRefused() throws Exception {
    S3Settings settings = proxy.settings("bucket", "", ChecksumMode.DEFAULT);
    var wrong = StaticCredentialsProvider.create(AwsBasicCredentials.create("testaccess", "no"));
    try (S3Store store = S3ProxyFixture.store(settings, S3Clients.open(settings, wrong))) {
      var key = dev.firkin.store.ObjectKey.of("firkin.json");
      assertThrows(StoreRefusedException.class, () -> store.get(key, 10));
      assertThrows(StoreRefusedException.class, () -> store.head(key));
      assertThrows(StoreRefusedException.class, () -> store.list(KeyPrefix.all(), info -> {}));
    }
  }
}
