package dev.firkin.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.chunk.ChunkerParameters;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.it.servers.S3Server;
import dev.firkin.it.servers.S3ServerKind;
import dev.firkin.it.servers.TestBucket;
import dev.firkin.repository.ConcurrentChangeException;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The list of recipients in a bucket, where it is the server that keeps two changes apart. */
@Timeout(300)
class RecipientsS3IT {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = "RGW")
  void addAcceptRemoveAccept(S3ServerKind kind) throws Exception {
    S3Server server = kind.server();
    String repository = "s3://" + Buckets.make(server) + "/back/ups";
    try (Computer admin = on(server, "admin");
        Computer nas = on(server, "nas").use(repository);
        Computer reader = on(server, "reader").use(repository)) {
      admin.withRepository(repository);
      Path identity = admin.folder().resolve("identity.txt");
      nas.here("join", "--identity-file", identity).succeeded();
      String readers = Computer.recipient(reader.makeIdentity());

      admin.here("recipients", "add", readers).succeeded();
      nas.run("push", "--stdin", "--name", "db/x", "--", "echo", "x").failed(1, "were changed");
      nas.here("recipients", "accept", "--yes").succeeded();
      nas.here("push", "--stdin", "--name", "db/x", "--", "echo", "x").succeeded();
      assertEquals("x\n", reader.here("restore", "x", "--stdout").succeeded().stdout());

      admin.here("recipients", "remove", readers).succeeded();
      nas.here("recipients", "accept", Computer.recipient(identity)).succeeded();
      Ended listed = nas.run("recipients", "--json").succeeded();
      assertEquals(3, listed.json().get("generation").asInt(), listed::toString);
      assertEquals(1, listed.json().get("recipients").size(), listed::toString);
      reader.here("list").failed(1, "none of the given identities");
    }
  }

  private Computer on(S3Server server, String name) throws IOException {
    return Buckets.access(Computer.in(folder.resolve(name)), server, server.endpoint());
  }

  /** The other change comes in after the list was read and before it is written. */
  @ParameterizedTest
  @EnumSource
  void ofTwoChangesAtOnceTheServerRefusesTheLater(S3ServerKind kind) throws Exception {
    AgeIdentity first = AgeIdentity.generate();
    AgeIdentity sooner = AgeIdentity.generate();
    AgeIdentity later = AgeIdentity.generate();
    try (ObjectStore store = TestBucket.on(kind.server()).store("race", folder)) {
      new Repositories(known("a")).create(store, ChunkerParameters.ofAverage(64 << 10), of(first));
      new Repositories(known("b")).join(store, new Credentials(List.of(first), Optional.empty()));
      ForwardingStore racing =
          new ForwardingStore(store) {
            @Override
            public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
                throws StoreException {
              if (key.equals(ObjectKey.of("firkin.json"))) {
                add("b", store, sooner);
              }
              return super.put(key, body, condition);
            }
          };

      ConcurrentChangeException refused =
          assertThrows(
              ConcurrentChangeException.class,
              () -> new Recipients(known("a")).add(racing, Credentials.NONE, of(later)));

      String message = String.valueOf(refused.getMessage());
      assertTrue(message.contains("this change was not made"), message);
      assertEquals(
          List.of(first.recipient(), sooner.recipient()),
          new Recipients(known("b")).list(store, Credentials.NONE).config().recipients());
    }
  }

  private void add(String host, ObjectStore store, AgeIdentity identity) {
    try {
      new Recipients(known(host)).add(store, Credentials.NONE, of(identity));
    } catch (FirkinException e) {
      throw new AssertionError(e);
    }
  }

  private KnownRepositories known(String host) {
    return new KnownRepositories(folder.resolve(host));
  }

  private static Protection of(AgeIdentity identity) {
    return new Protection(List.of(identity.recipient()), Optional.empty(), PassphraseKdf.BCRYPT);
  }
}
