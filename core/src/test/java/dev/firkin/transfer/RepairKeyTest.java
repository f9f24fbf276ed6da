package dev.firkin.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Credentials;
import dev.firkin.repository.Recipients;
import dev.firkin.repository.Repositories;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.Repository;
import dev.firkin.repository.RepositoryRefusedException;
import dev.firkin.repository.TestRepository;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.local.ObjectCache;
import dev.firkin.repository.model.KnownRepository;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.PutResult;
import dev.firkin.store.StoreException;
import dev.firkin.store.decorator.ForwardingStore;
import dev.firkin.transfer.RepairStep.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A key slot is written again, while somebody changes the list of recipients. */
@Timeout(60)
class RepairKeyTest {
  @TempDir Path folder;
  private TestRepository test;
  private Recipients recipients;
  private final AgeIdentity reader = AgeIdentity.generate();
  private ObjectKey slot;

  @BeforeEach
  void loseTheSlotOfAReader() throws Exception {
    test = TestRepository.encrypted(folder);
    recipients = new Recipients(new KnownRepositories(folder.resolve("admin")));
    new Repositories(new KnownRepositories(folder.resolve("admin")))
        .join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    List<ObjectKey> before = Damaged.keys(test.store, "keys/");
    add();
    test.source.join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    List<ObjectKey> added = new ArrayList<>(Damaged.keys(test.store, "keys/"));
    added.removeAll(before);
    slot = added.getFirst();
    byte[] cut = {1, 2, 3};
    Damaged.put(test.store, slot, cut); // seen without the identity
  }

  private void add() throws FirkinException {
    recipients.add(
        test.store,
        Credentials.NONE,
        new Protection(List.of(reader.recipient()), Optional.empty(), PassphraseKdf.BCRYPT));
  }

  private void remove() throws FirkinException {
    recipients.remove(test.store, Credentials.NONE, List.of(reader.recipient()));
  }

  @Test
  void itIsWrittenForWhoIsOnTheList() throws Exception {
    Repair repair = repair(test.store);
    RepairStep step = plan(repair, test.asSource(test.store));
    assertInstanceOf(Outcome.Written.class, repair.perform(step));
    assertTrue(opens());
  }

  @Test
  void notForWhoWasRemovedMeanwhile() throws Exception {
    Repository opened = test.asSource(test.store);
    Repair repair = repair(opened);
    RepairStep step = plan(repair, opened);
    remove();

    assertInstanceOf(Outcome.NotNeeded.class, repair.perform(step));

    assertEquals(Optional.empty(), test.store.head(slot));
    assertEquals(List.of(), Damaged.keys(test.store, "trash/"));
    assertEquals(List.of(), Damaged.verify(opened, List.of(), 0).findings(), "nobody misses it");
  }

  /** The removal comes in between the look at the list and the put. */
  @Test
  void notForWhoIsRemovedAtThatMoment() throws Exception {
    ObjectStore racing =
        new ForwardingStore(test.store) {
          private boolean raced;

          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.equals(slot) && !raced) {
              raced = true;
              now(RepairKeyTest.this::remove);
            }
            return super.put(key, body, condition);
          }
        };
    Repair repair = repair(racing);
    RepairStep step = plan(repair, test.asSource(racing));

    assertInstanceOf(Outcome.NotNeeded.class, repair.perform(step));

    assertEquals(Optional.empty(), test.store.head(slot));
  }

  /** As before; and it is added again just before what was written is deleted. */
  @Test
  void whoIsAddedAgainMeanwhileKeepsIt() throws Exception {
    ObjectStore racing =
        new ForwardingStore(test.store) {
          private int raced;

          @Override
          public PutResult put(ObjectKey key, ByteBuffer body, PutCondition condition)
              throws StoreException {
            if (key.equals(slot) && raced++ == 0) {
              now(RepairKeyTest.this::remove);
            }
            return super.put(key, body, condition);
          }

          @Override
          public void delete(Collection<ObjectKey> keys) throws StoreException {
            if (keys.contains(slot)) {
              now(RepairKeyTest.this::add);
            }
            super.delete(keys);
          }
        };
    Repair repair = repair(racing);
    RepairStep step = plan(repair, test.asSource(racing));

    assertInstanceOf(Outcome.Written.class, repair.perform(step));

    assertTrue(opens());
  }

  /** Else a store could have a key written for somebody who was removed. */
  @Test
  void anOlderListIsNotBelieved() throws Exception {
    ObjectKey config = ObjectKey.of("firkin.json");
    byte[] longer = Damaged.bytes(test.store, config);
    remove();
    test.source.join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    add();
    test.source.join(test.store, new Credentials(List.of(test.identity), Optional.empty()));
    test.store.delete(List.of(slot));
    Repository opened = test.asSource(test.store);
    Repair repair = repair(opened);
    RepairStep step = plan(repair, opened);
    Damaged.put(test.store, config, longer);

    assertThrows(RepositoryRefusedException.class, () -> repair.perform(step));

    assertEquals(Optional.empty(), test.store.head(slot));
  }

  private interface Change {
    void run() throws FirkinException;
  }

  private static void now(Change change) {
    try {
      change.run();
    } catch (FirkinException e) {
      throw new AssertionError(e);
    }
  }

  private static RepairStep plan(Repair repair, Repository opened) throws Exception {
    List<RepairStep> steps = repair.plan(Damaged.verify(opened, List.of(), 0));
    assertEquals(1, steps.size(), steps::toString);
    return assertInstanceOf(RepairStep.RewriteKey.class, steps.getFirst());
  }

  private Repair repair(ObjectStore store) throws Exception {
    return repair(test.asSource(store));
  }

  private Repair repair(Repository opened) throws Exception {
    return new Repair(
        opened,
        opened.snapshots(ObjectCache.none()),
        List.of(),
        new KnownRepositories(folder.resolve("source"))
            .find(opened.config().id())
            .flatMap(KnownRepository::secret),
        () -> {});
  }

  /** A new machine gets in by it. */
  private boolean opens() throws Exception {
    return new Repositories(new KnownRepositories(folder.resolve("new machine")))
        .open(test.store, new Credentials(List.of(reader), Optional.empty()))
        .readsData();
  }
}
