package dev.firkin.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.store.KeyPrefix;
import dev.firkin.store.NoSuchStoreException;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.ObjectStoreContract;
import dev.firkin.store.ObjectStores;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.StoreInterruptedException;
import dev.firkin.store.StoreOptions;
import dev.firkin.store.StoreUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileStoreTest extends ObjectStoreContract {
  @TempDir Path folder;

  @Override
  protected ObjectStore openEmptyStore() throws Exception {
    return ObjectStores.create(StoreUrl.parse(root().toString()), StoreOptions.defaults());
  }

  private Path root() {
    return folder.resolve("store");
  }

  private ObjectStore open() throws Exception {
    return ObjectStores.open(StoreUrl.parse("file://" + root()), StoreOptions.defaults());
  }

  @Test
  void filesAndFoldersAreTheOwnersOnly() throws Exception {
    stored("chunks/aa/one", bytes("x"), IF_ABSENT);
    stored("firkin.json", bytes("x"), ALWAYS);

    for (String file : List.of("chunks/aa/one", "firkin.json")) {
      assertEquals("rw-------", permissions(root().resolve(file)));
    }
    for (String dir : List.of("", "chunks", "chunks/aa", ".tmp")) {
      assertEquals("rwx------", permissions(root().resolve(dir)));
    }
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void leavesNoTemporaryFiles() throws Exception {
    stored("chunks/aa/one", bytes("x"), IF_ABSENT);
    store().put(key("chunks/aa/one"), bytes("y"), IF_ABSENT);
    stored("chunks/aa/one", bytes("z"), ALWAYS);

    try (Stream<Path> files = Files.list(root().resolve(".tmp"))) {
      assertEquals(List.of("lock"), files.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void removesLeftoversThatAreOldAndItsOwn() throws Exception {
    Path tmp = Files.createDirectories(root().resolve(".tmp"));
    String uuid = "123e4567-e89b-12d3-a456-426614174000";
    Path old = Files.writeString(tmp.resolve("put-" + uuid + ".tmp"), "half");
    Path foreign = Files.writeString(tmp.resolve("notes.tmp"), "mine");
    Path young = Files.writeString(tmp.resolve("put-" + uuid.replace('1', '2') + ".tmp"), "half");
    for (Path file : List.of(old, foreign)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
    }

    open().close();

    assertFalse(Files.exists(old));
    assertTrue(Files.exists(foreign));
    assertTrue(Files.exists(young));
  }

  @Test
  void doesNotOpenWhatIsNotThere() throws Exception {
    StoreUrl none = StoreUrl.parse(folder.resolve("none/deep").toString());
    StoreUrl file = StoreUrl.parse(Files.writeString(folder.resolve("f"), "x").toString());

    assertThrows(
        NoSuchStoreException.class, () -> ObjectStores.open(none, StoreOptions.defaults()));
    assertThrows(
        NoSuchStoreException.class, () -> ObjectStores.create(none, StoreOptions.defaults()));
    assertThrows(
        NoSuchStoreException.class, () -> ObjectStores.open(file, StoreOptions.defaults()));
    assertThrows(
        NoSuchStoreException.class, () -> ObjectStores.create(file, StoreOptions.defaults()));
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void anotherFolderInItsPlaceIsNotAnEmptyStore() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);
    Files.move(root(), folder.resolve("elsewhere"));
    Files.createDirectory(root());

    assertThrows(NoSuchStoreException.class, () -> store().head(key("pages/p")));
    assertThrows(NoSuchStoreException.class, () -> store().get(key("pages/p"), 10));
    assertThrows(NoSuchStoreException.class, () -> listed(KeyPrefix.all()));
    assertThrows(NoSuchStoreException.class, () -> store().put(key("pages/q"), bytes("x"), ALWAYS));
    Files.delete(root());
    assertThrows(NoSuchStoreException.class, () -> store().head(key("pages/p")));
    assertThrows(NoSuchStoreException.class, () -> listed(KeyPrefix.all()));
  }

  @Test
  void readingNeedsNoPlaceToWrite() throws Exception {
    Files.createDirectories(root().resolve("pages"));
    Files.writeString(root().resolve("pages/p"), "x");

    assertEquals("x", text("pages/p"));
    assertEquals(List.of("pages/p"), listed(KeyPrefix.all()));
    assertFalse(Files.exists(root().resolve(".tmp")));
  }

  @Test
  void leavesForeignFilesOutOfListings() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);
    Files.writeString(root().resolve(".hidden"), "x");
    Files.writeString(root().resolve("pages/my notes.txt"), "x");
    Files.createDirectory(root().resolve("lost+found"));

    assertEquals(List.of("pages/p"), listed(KeyPrefix.all()));
  }

  @Test
  void saysWhatIsInTheWay() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);

    for (String key : List.of("pages", "pages/p/q")) {
      StoreException e =
          assertThrows(StoreException.class, () -> store().put(key(key), bytes("y"), ALWAYS), key);
      assertFalse(e.retryable());
    }
    assertEquals("x", text("pages/p"));
  }

  @Test
  void twoStoresOnOneFolderShareTheirConditions() throws Exception {
    try (ObjectStore other = open()) {
      var version = stored("leases/l", bytes("1"), IF_ABSENT);
      assertEquals(PutResult.refused(), other.put(key("leases/l"), bytes("2"), IF_ABSENT));
      assertEquals(version, other.head(key("leases/l")).orElseThrow().version());
    }
  }

  @Test
  void anInterruptedThreadIsToldSo() throws Exception {
    stored("pages/p", bytes("x"), ALWAYS);
    Thread.currentThread().interrupt();
    try {
      assertThrows(StoreInterruptedException.class, () -> store().get(key("pages/p"), 10));
      assertTrue(Thread.currentThread().isInterrupted());
      assertThrows(
          StoreInterruptedException.class, () -> store().put(key("pages/q"), bytes("x"), ALWAYS));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of("pages/p"), listed(KeyPrefix.all()));
  }
}
