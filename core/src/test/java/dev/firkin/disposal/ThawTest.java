package dev.firkin.disposal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.repository.Catalog;
import dev.firkin.repository.Chunks;
import dev.firkin.repository.References;
import dev.firkin.repository.Repository;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.ChunkRef;
import dev.firkin.repository.model.ChunkRun;
import dev.firkin.repository.model.Manifest;
import dev.firkin.repository.model.PageId;
import dev.firkin.repository.model.StreamInfo;
import dev.firkin.sendstream.SubvolumeUuid;
import dev.firkin.store.ArchivedObjects.Tier;
import dev.firkin.store.FreezingStore;
import dev.firkin.store.ObjectFrozenException;
import dev.firkin.store.ObjectKey;
import dev.firkin.transfer.ChainRestore;
import dev.firkin.transfer.Receiver;
import dev.firkin.transfer.RestoreProgress;
import dev.firkin.transfer.StreamRestore;
import dev.firkin.transfer.Thaw;
import dev.firkin.transfer.Verify;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chunks in an archive. */
@Timeout(120)
final class ThawTest {
  @TempDir private Path folder;
  private Shelf shelf;
  private FreezingStore store;
  private Repository owner;
  private List<Manifest> chain;
  private List<ObjectKey> chunks;

  @BeforeEach
  void make() throws Exception {
    shelf = new Shelf(folder);
    Manifest first = shelf.push(1, List.of(1L, 2L, 3L, 4L), Optional.empty());
    chunks = shelf.keys("chunks/");
    Manifest second = shelf.push(2, List.of(1L, 2L, 13L, 14L), Optional.of(1L));
    chain = List.of(first, second);
    store = new FreezingStore(shelf.store);
    owner = shelf.test.asOwner(store);
  }

  private Thaw thaw() {
    return new Thaw(owner, store);
  }

  @Test
  void asksForEachFrozenChunkOfTheWholeChainOnce() throws Exception {
    chunks.forEach(store::freeze);

    Thaw.Progress asked = thaw().request(chain, 7, Tier.BULK);

    assertEquals(chunks.size(), store.asked());
    assertEquals(shelf.count("chunks/"), asked.chunks());
    assertEquals(asked.chunks() - chunks.size(), asked.readable());
    assertFalse(asked.done());
    store.thawAll();
    assertTrue(thaw().request(chain, 7, Tier.BULK).done());
    assertEquals(chunks.size(), store.asked());
  }

  @Test
  void aRestoreIsRefusedBeforeItBegins() throws Exception {
    StreamRestore restore = new StreamRestore(owner, 2, new RestoreProgress());
    restore.requireReadable(chain);
    ObjectKey one = chunks.getLast();
    store.freeze(one);

    ObjectFrozenException e =
        assertThrows(ObjectFrozenException.class, () -> restore.requireReadable(chain));

    assertEquals(Optional.of(one), e.key());
    assertTrue(e.hint().orElseThrow().contains("firkin thaw"));
    store.thawAll();
    restore.requireReadable(chain);
  }

  /** Nothing reaches whoever receives, not even of the streams before it. */
  @Test
  void aChainIsRefusedBeforeItsFirstStream() {
    store.freeze(shelf.keys("chunks/").stream().filter(k -> !chunks.contains(k)).findFirst().get());
    Receiver nobody =
        new Receiver() {
          @Override
          public Set<SubvolumeUuid> received(Catalog stored) {
            return Set.of();
          }

          @Override
          public Reception begin(Manifest manifest) {
            throw new AssertionError("began " + manifest.name());
          }
        };
    ChainRestore.Listener listener =
        new ChainRestore.Listener() {
          @Override
          public void begins(Manifest manifest, int number, int of) {}

          @Override
          public void received(Manifest manifest) {}
        };
    ChainRestore restore =
        new ChainRestore(new StreamRestore(owner, 2, new RestoreProgress()), nobody);

    assertThrows(ObjectFrozenException.class, () -> restore.run(chain, listener));
  }

  /** Names and sizes are no data. */
  @Test
  void verifyNeedsNoThaw() throws Exception {
    chunks.forEach(store::freeze);

    assertTrue(
        new Verify(
                owner, owner.snapshots(ObjectCache.none()), List.of(), 2, 0, new RestoreProgress())
            .run()
            .sound());
    assertEquals(0, store.looked());
  }

  /** What was thawed may be a part of what is frozen: then a sample does not do. */
  @Test
  void ofManyChunksSomeAreLookedAtAndAllWhereAnyWasThawed() throws Exception {
    List<Long> files = new ArrayList<>();
    for (long i = 100; i < 3_000; i++) {
      files.add(i);
    }
    Manifest large = shelf.push(3, files, Optional.empty());
    long references = large.commands().chunks() + large.data().chunks();
    assertTrue(references > 600, () -> references + " chunks");

    thaw().requireReadable(List.of(large));
    assertTrue(store.looked() <= 256, () -> store.looked() + " looked at");

    ObjectKey last = lastOf(large);
    shelf.keys("chunks/").forEach(store::freeze);
    store.thawAll();
    store.freeze(last);
    ObjectFrozenException e =
        assertThrows(ObjectFrozenException.class, () -> thaw().requireReadable(List.of(large)));
    assertEquals(Optional.of(last), e.key());
  }

  @Test
  void aSampleReadsFewPages() throws Exception {
    Manifest one = chain.getFirst();
    List<ChunkRef> refs = new ArrayList<>();
    var references = new References(owner.pages(), one.data());
    for (var ref = references.next(); ref.isPresent(); ref = references.next()) {
      refs.add(ref.get());
    }
    List<PageId> pages = new ArrayList<>();
    List<ChunkRef> all = new ArrayList<>();
    for (int page = 0; page < 10; page++) {
      List<ChunkRef> its = new ArrayList<>();
      for (int i = 0; i < ChunkRun.PAGE_REFS; i++) {
        its.add(refs.get(i == page ? 0 : refs.size() - 1));
      }
      pages.add(owner.pages().store(its));
      all.addAll(its);
    }
    long bytes = all.stream().mapToLong(ChunkRef::plaintextBytes).sum();
    ChunkRun run =
        new ChunkRun(
            bytes,
            all.size(),
            all.stream().mapToLong(ChunkRef::storedBytes).sum(),
            new ChunkRun.References.Paged(pages));
    Manifest large =
        new Manifest(
            one.repository(),
            one.id(),
            one.name(),
            new StreamInfo(
                one.stream().kind(), one.commands().bytes() + bytes, one.stream().sha256()),
            one.commands(),
            run,
            one.source(),
            one.added());
    store.forgetGets();

    thaw().requireReadable(List.of(large));
    assertEquals(4, store.gets());
    assertTrue(store.looked() > 200 && store.looked() <= 256, () -> store.looked() + " looked at");

    store.freeze(Chunks.key(refs.getLast().id()));
    store.thawAll();
    thaw().requireReadable(List.of(large));
    assertEquals(4 + 4 + 10, store.gets());
  }

  private ObjectKey lastOf(Manifest manifest) throws Exception {
    var references = new References(owner.pages(), manifest.data());
    ObjectKey last = null;
    for (var ref = references.next(); ref.isPresent(); ref = references.next()) {
      last = Chunks.key(ref.get().id());
    }
    return Objects.requireNonNull(last);
  }
}
