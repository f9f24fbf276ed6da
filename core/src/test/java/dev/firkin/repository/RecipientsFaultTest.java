package dev.firkin.repository;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.firkin.FirkinException;
import dev.firkin.crypt.AgeIdentity;
import dev.firkin.crypt.AgeRecipient;
import dev.firkin.crypt.PassphraseKdf;
import dev.firkin.repository.Recipients.Change;
import dev.firkin.repository.Repositories.Protection;
import dev.firkin.repository.local.KnownRepositories;
import dev.firkin.repository.model.RepositoryConfig;
import dev.firkin.store.FaultyStore;
import dev.firkin.store.FaultyStore.Failure;
import dev.firkin.store.FaultyStore.When;
import dev.firkin.store.KeyPrefix;
import dev.firkin.store.ObjectKey;
import dev.firkin.store.ObjectStore;
import dev.firkin.store.PutCondition;
import dev.firkin.store.decorator.OutageListener;
import dev.firkin.store.decorator.RetryPolicy;
import dev.firkin.store.decorator.RetryingStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A change of the recipients in which the n-th call to the store fails, for every n, before its
 * effect or after: the repository opens with the old list or the new one, and the same command ends
 * what was begun.
 */
@Timeout(120)
class RecipientsFaultTest {
  @TempDir Path folder;
  private TestRepository test;
  private final AgeIdentity kept = AgeIdentity.generate();
  private final AgeIdentity changed = AgeIdentity.generate();

  enum Command {
    ADD,
    REMOVE
  }

  @AfterAll
  static void printFigure() {
    FaultyStore.printInjected();
  }

  @BeforeEach
  void make() throws Exception {
    test = TestRepository.encrypted(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, BEFORE_THE_EFFECT",
    "ADD, AFTER_THE_EFFECT",
    "REMOVE, BEFORE_THE_EFFECT",
    "REMOVE, AFTER_THE_EFFECT"
  })
  void theSameCommandEndsWhatFailed(Command command, When when) throws Exception {
    Map<ObjectKey, ByteBuffer> before = prepare(command);
    int calls = callsOf(command, before);
    assertTrue(calls >= 6, calls + " calls");
    for (int n = 1; n <= calls; n++) {
      restore(command, before);
      String at = command + ", call " + n + ", " + when;
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.refused());
      assertTrue(fails(command, faulty), at);
      assertOpensWithEitherList(command, at);

      run(command, test.store);

      assertDone(command, at);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ADD, BEFORE_THE_EFFECT",
    "ADD, AFTER_THE_EFFECT",
    "REMOVE, BEFORE_THE_EFFECT",
    "REMOVE, AFTER_THE_EFFECT"
  })
  void aRetryIsNotNoticed(Command command, When when) throws Exception {
    Map<ObjectKey, ByteBuffer> before = prepare(command);
    int calls = callsOf(command, before);
    for (int n = 1; n <= calls; n++) {
      restore(command, before);
      FaultyStore faulty = new FaultyStore(test.store).failCall(n, when, Failure.unavailable());
      Duration soon = Duration.ofNanos(1);
      Duration patience = Duration.ofMinutes(5);
      try (RetryingStore retrying =
          new RetryingStore(
              faulty,
              new RetryPolicy(soon, soon, patience, patience, 1000),
              OutageListener.silent())) {
        run(command, retrying);
      }
      assertDone(command, command + ", call " + n + ", " + when);
    }
  }

  /** The repository as the command finds it. */
  private Map<ObjectKey, ByteBuffer> prepare(Command command) throws Exception {
    recipients("source").add(test.store, Credentials.NONE, protection(kept));
    if (command == Command.REMOVE) {
      recipients("source").add(test.store, Credentials.NONE, protection(changed));
    }
    Map<ObjectKey, ByteBuffer> contents = new TreeMap<>();
    for (ObjectKey key : keys()) {
      contents.put(key, test.store.get(key, 1 << 20).body());
    }
    return contents;
  }

  private void restore(Command command, Map<ObjectKey, ByteBuffer> contents) throws Exception {
    test.store.delete(keys());
    contents.forEach((key, body) -> test.store.put(key, body.duplicate(), PutCondition.always()));
    for (String name : List.of("source", "other")) {
      new Repositories(known(name))
          .join(test.store, new Credentials(List.of(kept), Optional.empty()));
    }
    assertEquals(generationBefore(command), ConfigObject.read(test.store).config().generation());
  }

  private int callsOf(Command command, Map<ObjectKey, ByteBuffer> before) throws Exception {
    restore(command, before);
    FaultyStore counting = new FaultyStore(test.store);
    run(command, counting);
    return counting.calls();
  }

  private Change run(Command command, ObjectStore store) throws FirkinException {
    return switch (command) {
      case ADD -> recipients("source").add(store, Credentials.NONE, protection(changed));
      case REMOVE ->
          recipients("source").remove(store, Credentials.NONE, List.of(changed.recipient()));
    };
  }

  private boolean fails(Command command, ObjectStore store) {
    try {
      run(command, store);
      return false;
    } catch (FirkinException e) {
      return true;
    }
  }

  private void assertOpensWithEitherList(Command command, String at) throws Exception {
    for (AgeIdentity identity : List.of(test.identity, kept)) {
      assertTrue(opens(identity), at);
    }
    RepositoryConfig config = ConfigObject.read(test.store).config();
    if (config.recipients().contains(changed.recipient())) {
      assertTrue(opens(changed), at + ": named without a key");
    }
    long generation = config.generation();
    assertTrue(
        generation == generationBefore(command) || generation == generationBefore(command) + 1, at);
    // Another host never takes the new list for the old one.
    boolean opened;
    try {
      new Repositories(known("other")).open(test.store, Credentials.NONE);
      opened = true;
    } catch (RepositoryRefusedException e) {
      opened = false;
    }
    assertEquals(generation == generationBefore(command), opened, at);
  }

  private void assertDone(Command command, String at) throws Exception {
    List<AgeRecipient> list = ConfigObject.read(test.store).config().recipients();
    assertEquals(command == Command.ADD, list.contains(changed.recipient()), at);
    assertEquals(command == Command.ADD ? 3 : 2, list.size(), at);
    // Once, however often it was tried.
    Repository source = test.asSource(test.store);
    assertEquals(generationBefore(command) + 1, source.config().generation(), at);
    Set<String> keys =
        keys().stream()
            .map(ObjectKey::value)
            .filter(k -> k.startsWith("keys/"))
            .collect(Collectors.toSet());
    assertEquals(
        list.stream().map(r -> "keys/" + r.tag() + ".secret.age").collect(Collectors.toSet()),
        keys,
        at);
    for (AgeIdentity identity : List.of(test.identity, kept)) {
      assertTrue(opens(identity), at);
    }
    if (command == Command.ADD) {
      assertTrue(opens(changed), at);
    }
  }

  private boolean opens(AgeIdentity identity) throws FirkinException {
    return new Repositories(known("fresh"))
        .open(test.store, new Credentials(List.of(identity), Optional.empty()))
        .readsData();
  }

  private static long generationBefore(Command command) {
    return command == Command.ADD ? 2 : 3;
  }

  private List<ObjectKey> keys() {
    List<ObjectKey> keys = new ArrayList<>();
    test.store.list(KeyPrefix.all(), info -> keys.add(info.key()));
    return keys;
  }

  private KnownRepositories known(String name) {
    return new KnownRepositories(folder.resolve(name));
  }

  private Recipients recipients(String name) {
    return new Recipients(known(name));
  }

  private static Protection protection(AgeIdentity identity) {
    return new Protection(List.of(identity.recipient()), Optional.empty(), PassphraseKdf.BCRYPT);
  }
}
